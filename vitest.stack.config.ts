import {defineConfig} from 'vitest/config'

/** With the real Kafka, Dapr and PostgreSQL: `npm run test:stack`. */
export default defineConfig({
  test: {
    include: ['{cli,services,test}/**/*.stack.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    globalSetup: [
      'test/support/global-setup.ts',
      'test/browser/build-web-app.ts',
      'test/support/stack/global-setup.ts',
    ],
    setupFiles: ['test/support/stack/quiet-kafka-timers.ts'],
    reporters: [
      'dot',
      './test/support/pitfalls/reporter.ts',
      './test/support/printed-json/reporter.ts',
      './test/support/retried-tests-reporter.ts',
    ],
    // Twenty processes on two cores can stand still for longer than any limit of Kafka's or Dapr's own. What passes only the
    // second time is named at the end of the run.
    retry: 1,
    // One stack at a time fits the machine.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
