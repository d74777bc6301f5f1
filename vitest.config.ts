import {availableParallelism} from 'node:os'
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{cli,services,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'test/{browser,cluster,stack,bench}/**', '**/*.long.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Quiet when green; a failure is printed whole.
    reporters: ['dot', './test/support/pitfalls/reporter.ts', './test/support/printed-json/reporter.ts'],
    // Vitest leaves one core to itself: of two that would be half, while tests wait for processes, disks and times.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Never what a test asserts: only how long a test that hangs holds up the others.
    testTimeout: 300_000,
    // What is waited for comes at once or, on a machine that stands still, late.
    expect: {poll: {timeout: 90_000, interval: 20}},
    hookTimeout: 300_000,
    disableConsoleIntercept: true,
    coverage: {
      provider: 'v8',
      include: ['cli/**/*.ts', 'services/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/*.stack.ts',
        '**/*.contract.ts',
        '**/testing/**',
        '**/*.d.ts',
        // Hooks of React run in a browser alone, as the components beside them, which are no .ts: `npm run test:browser`.
        'services/chat-api/web/src/**/use-*.ts',
      ],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {lines: 80, branches: 80},
    },
  },
})
