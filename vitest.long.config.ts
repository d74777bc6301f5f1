import {defineConfig} from 'vitest/config'

/** What takes minutes: `npm run test:long`. Needs nothing but Node, as `npm test`. */
export default defineConfig({
  test: {
    include: ['{cli,services,test}/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
