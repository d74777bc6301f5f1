import {defineConfig} from 'vitest/config'

/** With the real Docker, and later a real cluster: `npm run test:cluster`, after a build. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.cluster.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 1_800_000,
    expect: {poll: {timeout: 180_000, interval: 200}},
    disableConsoleIntercept: true,
  },
})
