import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Reporter, TestModule, Vitest} from 'vitest/node'
import {missingRuns} from './coverage.ts'

/** Fails a whole run, not one of some files or tests, in which a command was never run with --json. */
export default class PrintedJsonReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const vitest = this.#vitest!
    const all = await vitest.globTestSpecifications()
    const [first] = all
    if (!first || modules.length < all.length || vitest.config.testNamePattern !== undefined) return
    const {commands} = JSON.parse(await readFile(join(vitest.config.root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, {hidden?: boolean}>
    }
    const ran = new Set(
      modules.flatMap((module) => [...module.children.allTests()].flatMap((test) => test.meta().printedJson ?? [])),
    )
    const shown = Object.keys(commands).filter((id) => !commands[id]!.hidden)
    const problems = missingRuns({ending: /\.\w+\.ts$/u.exec(first.moduleId)![0], commands: shown, ran})
    if (problems.length === 0) return
    process.exitCode = 1
    vitest.logger.error(['What --json prints is not looked at:', ...problems].join('\n  '))
  }
}
