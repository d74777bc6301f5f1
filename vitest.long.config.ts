import {availableParallelism} from 'node:os'
import {defineConfig} from 'vitest/config'

/** What takes minutes: `npm run test:long`. Needs nothing but Node, as `npm test`. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/retried-tests-reporter.ts'],
    include: ['{cli,services,test}/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Vitest leaves one core to itself; of two that would be half, and it only waits.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 600_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
