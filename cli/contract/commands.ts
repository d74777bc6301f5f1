import {BUS_COMMANDS} from './bus-commands.ts'
import {FILE_COMMANDS} from './file-commands.ts'
import type {Printed} from './printed.ts'
import {RELEASE_COMMANDS} from './release-commands.ts'
import {REMINDER_COMMANDS} from './reminder-commands.ts'
import {RUN_COMMANDS} from './run-commands.ts'
import {SECRET_COMMANDS} from './secret-commands.ts'
import {SETUP_COMMANDS} from './setup-commands.ts'
import {TASK_COMMANDS} from './task-commands.ts'

/**
 * What each command prints with --json, by its id. A command never loads this: only --fields, `npm run generate`, which writes
 * docs/contract/cli/, and the tests, which hold every run with --json to it.
 */
export const PRINTED: Readonly<Record<string, Printed>> = {
  ...TASK_COMMANDS,
  ...REMINDER_COMMANDS,
  ...FILE_COMMANDS,
  ...RUN_COMMANDS,
  ...SETUP_COMMANDS,
  ...BUS_COMMANDS,
  ...RELEASE_COMMANDS,
  ...SECRET_COMMANDS,
}
