import {defineConfig} from 'vitest/config'

/** The web app in the Chromium of this machine, against all of todo5: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/browser/build-web-app.ts'],
    reporters: ['dot', './test/support/pitfalls/reporter.ts', './test/support/retried-tests-reporter.ts'],
    // A browser and five services beside it fill two cores.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: {poll: {timeout: 30_000, interval: 50}},
    disableConsoleIntercept: true,
  },
})
