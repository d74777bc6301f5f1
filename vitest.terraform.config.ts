import {defineConfig} from 'vitest/config'

/** The Terraform modules, by the real terraform, without its registry and without an account: `npm run test:terraform`. */
export default defineConfig({
  test: {
    include: ['test/terraform/**/*.terraform.ts'],
    fileParallelism: false,
    // Two seconds a run of a module on a machine that is free.
    testTimeout: 900_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
