import type {TestProject} from 'vitest/node'
import type {StackPrograms} from '../../../cli/toolchain/stack-programs.ts'
import {programsOfTheStack} from './programs.ts'
import {makeStackRoot} from './stack-root.ts'

declare module 'vitest' {
  interface ProvidedContext {
    stackPrograms: StackPrograms
    /** Everything of the run works below this folder; at its end, whatever still does is killed. */
    stackRoot: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('stackPrograms', await programsOfTheStack())
  const root = await makeStackRoot()
  project.provide('stackRoot', root.path)
  return async () => await root.close()
}
