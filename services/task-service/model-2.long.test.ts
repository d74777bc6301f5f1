import {testLives} from './testing/test-lives.ts'

testLives(12_501, 2500)
