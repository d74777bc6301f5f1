import {testLives} from './testing/test-lives.ts'

/** Half of the 5,000; two files are two processes, one for each of two cores. */
testLives(10_001, 2500)
