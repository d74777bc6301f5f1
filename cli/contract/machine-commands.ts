import {z} from 'zod'
import {instantOutput} from '../../services/contracts/instant.ts'
import {besides, listed, one, type Printed, steps} from './printed.ts'
import {topCommand} from './top-command.ts'

const target = z.enum(['local', 'host'])

/** What a backup holds. */
const kept = {
  target,
  file: z.string(),
  taken_at: instantOutput,
  /** The todo5 that made it. */
  todo5_version: z.string(),
  /** The newest migration of its database. */
  schema: z.string(),
  tasks: z.int(),
  accounts: z.int(),
}

/** What shows how this machine does, what keeps its data safe, and what takes todo5 from it. */
export const MACHINE_COMMANDS = {
  top: topCommand,
  backup: besides(one(z.object({...kept, bytes: z.int()})), steps.words),
  restore: besides(
    one(
      z.object({
        ...kept,
        /** Whether there was something before it. */
        replaced: z.boolean(),
        /** Null: nothing ran before, so nothing was started. */
        api_url: z.string().nullable(),
      }),
    ),
    steps.words,
  ),
  uninstall: besides(
    listed(
      'parts',
      z.object({
        part: z.enum(['data', 'programs', 'config']),
        /** For people. */
        what: z.string(),
        path: z.string(),
        bytes: z.int(),
        /** Where a symbolic link leads; what lies there is left alone. */
        link: z.string().nullable(),
        removed: z.boolean(),
      }),
      {
        stopped: z.array(target),
        /** Files of the person that still name todo5. */
        shell_files: z.array(z.string()),
        /** What removes the package itself. */
        package_command: z.string(),
      },
    ),
    steps.words,
  ),
} satisfies Record<string, Printed>
