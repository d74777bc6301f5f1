import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{cli,services,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'test/{browser,cluster,stack,bench}/**', '**/*.long.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
