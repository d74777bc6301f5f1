import {appendFileSync} from 'node:fs'
import type {Reporter, TestModule, Vitest} from 'vitest/node'

/**
 * Names the tests that passed only when they were tried again: each is a bug to be found, and none may hide. Also in the file
 * RETRIED_TESTS, whose lines the gate prints at its end.
 */
export default class RetriedTestsReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const flaky = modules.flatMap((module) =>
      [...module.children.allTests()]
        .filter((test) => test.diagnostic()?.flaky)
        .map((test) => `${module.relativeModuleId} > ${test.name}: ${test.result().errors?.[0]?.message ?? ''}`),
    )
    if (flaky.length === 0) return
    this.#vitest!.logger.error(['passed only when tried again, find out why:', ...flaky].join('\n  '))
    const file = process.env['RETRIED_TESTS']
    if (file) appendFileSync(file, flaky.map((one) => `${one}\n`).join(''))
  }
}
