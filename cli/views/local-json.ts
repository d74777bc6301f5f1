import type {BroughtUp} from '../operations/bring-up.ts'
import type {Machine, ProcessEntry} from '../supervisor/machine.ts'
import {upFacts} from './up-facts.ts'

export type UpJson =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | (ReturnType<typeof upJson> & {readonly at_login: boolean | null})

/** `todo5 up --json`. */
export const upJson = (up: BroughtUp, entry: ProcessEntry, machine: Machine) => ({
  target: 'local' as const,
  ...upFacts(up),
  operations_url: up.state.operations_url,
  postgres: up.state.postgres,
  data_dir: entry.dataDir,
  log_file: machine.logFiles()[0]!,
})
