import type {z} from 'zod'
import {type Fault, invalidRequest} from '../domain/errors.ts'

/** Validates once, at the edge: answers with the parsed value or throws one error that lists all faults. */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalidRequest(result.error.issues.flatMap(toFaults))
}

function toFaults(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = join([...issue.path, key])
      return {field, code: 'unknown_field', message: `${field} is not a field of this request.`}
    })
  }
  const field = join(issue.path)
  // What a schema of ours checks by itself can say how it is called and what to do.
  const {code = issue.code, hint} = ((issue.code === 'custom' && issue.params) || {}) as {code?: string; hint?: string}
  return [
    {
      field,
      code,
      message: `${field || 'The request'} ${lowerFirst(issue.message)}.`.replace(/\.\.$/u, '.'),
      ...(hint === undefined ? {} : {hint}),
    },
  ]
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** ['reminders', 0, 'offset_seconds'] → reminders[0].offset_seconds */
const join = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((joined, part) => {
    if (typeof part === 'number') return `${joined}[${part}]`
    return joined === '' ? String(part) : `${joined}.${String(part)}`
  }, '')
