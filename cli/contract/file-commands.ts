import {z} from 'zod'
import {besides, one, type Printed, failure} from './printed.ts'

const loss = z.object({
  title: z.string(),
  /** What of the task is not kept, and why. */
  what: z.string(),
  why: z.string(),
})

const exported = z.object({
  format: z.enum(['json', 'csv', 'ics', 'todotxt']),
  tasks: z.int(),
  /** The file; null when it is in `content`. */
  output: z.string().nullable(),
  content: z.string().nullable(),
  losses: z.array(loss),
})

const place = {place: z.string(), title: z.string()}
const facts = {
  format: z.enum(['json', 'csv', 'ics', 'todotxt', 'taskwarrior', 'todoist-csv']),
  losses: z.array(loss),
  /** What --skip-invalid left out. */
  invalid: z.array(z.object({place: z.string(), message: z.string()})),
  notes: z.array(z.string()),
  done_left_out: z.int(),
}

const imported = z.object({
  ...facts,
  added: z.int(),
  /** Added by an earlier import of the same file. */
  already: z.int(),
  /** In the order of the file. */
  results: z.array(
    z.union([z.object({...place, id: z.int().nullable(), already: z.boolean()}), failure.extend(place)]),
  ),
})

const planned = z.object({
  dry_run: z.literal(true),
  ...facts,
  /** `task`: the body of POST /tasks. */
  tasks: z.array(z.object({place: z.string(), task: z.record(z.string(), z.unknown())})),
})

/** Commands that read and write files of tasks. */
export const FILE_COMMANDS: Readonly<Record<string, Printed>> = {
  export: one(exported),
  import: besides(one(imported), planned),
}
