import {defineConfig} from 'vitest/config'

/** The package as its users get it, and the README as they read it: `npm run test:package`, after a build. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.smoke.ts'],
    // Each installs a package and starts a whole todo5; side by side they only wait for each other.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    disableConsoleIntercept: true,
  },
})
