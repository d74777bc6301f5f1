import {testLives} from './testing/test-lives.ts'

/** Others than usual: TODO5_MODEL_SEQUENCES=1000 TODO5_MODEL_SEED=7 npx vitest run services/task-service/model.test.ts */
testLives(Number(process.env['TODO5_MODEL_SEED'] ?? 1), Number(process.env['TODO5_MODEL_SEQUENCES'] ?? 200))
