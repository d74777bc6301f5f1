import {defineConfig} from 'vitest/config'

/** With the real Kafka, Dapr and PostgreSQL: `npm run test:stack`. */
export default defineConfig({
  test: {
    include: ['{cli,services,test}/**/*.stack.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    globalSetup: ['test/support/global-setup.ts', 'test/support/stack/global-setup.ts'],
    reporters: ['dot', './test/support/pitfalls/reporter.ts'],
    // One stack at a time fits the machine.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
