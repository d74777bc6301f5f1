import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Reporter, TestModule, Vitest} from 'vitest/node'
import {pitfallProblems, readPitfalls} from './pitfalls.ts'

/** Fails a whole run, not one of some files or tests, in which a test that docs/testing.md promises did not pass. */
export default class PitfallReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const vitest = this.#vitest!
    const all = await vitest.globTestSpecifications()
    const [first] = all
    if (!first || modules.length < all.length || vitest.config.testNamePattern !== undefined) return
    const {root} = vitest.config
    const ran = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        file: module.relativeModuleId.replaceAll('\\', '/'),
        title: test.name,
        passed: test.result().state === 'passed',
      })),
    )
    const pitfalls = readPitfalls(await readFile(join(root, 'docs', 'testing.md'), 'utf8'))
    const ending = /\.\w+\.ts$/u.exec(first.moduleId)![0]
    const problems = pitfallProblems(pitfalls, {ending, ran})
    if (problems.length === 0) return
    process.exitCode = 1
    vitest.logger.error(['docs/testing.md promises tests that are not there:', ...problems].join('\n  '))
  }
}
