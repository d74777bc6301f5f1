import {defineConfig} from 'vitest/config'

/** The Terraform modules by the real terraform, without its registry and without an account, and the workflows: `npm run test:terraform`. */
export default defineConfig({
  test: {
    include: ['test/terraform/**/*.terraform.ts', 'test/workflows/**/*.workflows.ts'],
    fileParallelism: false,
    // Two seconds a run of a module on a machine that is free.
    testTimeout: 900_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
})
