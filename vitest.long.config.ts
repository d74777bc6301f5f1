import {defineConfig} from 'vitest/config'

/** What takes minutes: `npm run test:long`. These tests need no services. */
export default defineConfig({
  test: {
    include: ['{cli,services,test}/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    testTimeout: 600_000,
    disableConsoleIntercept: true,
  },
})
