import {defineConfig} from 'vitest/config'

/** What the Helm charts make, by the real helm and without a cluster: `npm run test:charts`. */
export default defineConfig({
  test: {
    include: ['test/charts/**/*.charts.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    disableConsoleIntercept: true,
  },
})
