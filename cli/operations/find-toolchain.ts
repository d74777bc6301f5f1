import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {findBundle, type FoundProgram, findPrograms} from '../toolchain/find-programs.ts'
import {installPrograms, type InstallRequest, wantedBundles} from '../toolchain/install-programs.ts'
import {BUNDLES, bundleOf, PROGRAMS, type ProgramName} from '../toolchain/program-table.ts'
import type {Toolchain} from '../toolchain/toolchain.ts'

export type {InstallEvent} from '../toolchain/install-event.ts'
export type {FoundProgram}
export {
  installPrograms as installToolchain,
  type InstallRequest,
  findPrograms as listToolchain,
  PROGRAMS,
  type ProgramName,
}

/** @throws CliError `program_missing` (exit 3) */
export async function findProgram(program: ProgramName, toolchain: Toolchain): Promise<FoundProgram & {path: string}> {
  const found = (await findBundle(bundleOf(program), toolchain)).find((one) => one.program === program)!
  if (found.path !== null) return {...found, path: found.path}
  throw new CliError(`This machine has no ${program} that is good.`, {
    code: 'program_missing',
    exit: EXIT.notFound,
    hints: [
      program === 'java' ? 'https://adoptium.net        Java 17 or newer' : `todo5 toolchain install ${program}`,
      ...(found.problem === null ? [] : [found.problem]),
    ],
  })
}

/** What the bundles of a request are called. */
export const titlesOf = (request: InstallRequest): Record<string, string> =>
  Object.fromEntries(wantedBundles(request).map((bundle) => [bundle, BUNDLES[bundle].title]))
