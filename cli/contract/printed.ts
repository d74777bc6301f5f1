import {z} from 'zod'
import {instantOutput} from '../../services/contracts/instant.ts'

/** What `--fields` chooses from: the entries of a list of the top-level object, or, without a list, the fields of that object. */
export interface Things {
  readonly list: string | null
  readonly thing: z.ZodType
}

/** What a command prints with --json. */
export interface Printed {
  /** The one document of a run that succeeds, whatever its flags are. */
  readonly document: z.ZodType
  /** Of what goes on until Ctrl-C: an object a line. */
  readonly line: z.ZodType | null
  readonly things: readonly Things[]
}

/** Of a command that fails; the same for all of them. */
export const failure = z.object({
  error: z.object({
    /** Stable. */
    code: z.string().regex(/^[a-z][a-z0-9_]*$/u),
    message: z.string(),
    hints: z.array(z.string()),
    /** Of a mistake of todo5 (exit code 1): the file that says where, without anything of the person. */
    report: z.string().optional(),
  }),
})

export const one = (thing: z.ZodType): Printed => ({document: thing, line: null, things: [{list: null, thing}]})

/** `{[list]: [thing], …rest}` */
export const listed = (list: string, thing: z.ZodType, rest: z.ZodRawShape = {}): Printed => ({
  document: z.object({[list]: z.array(thing), ...rest}),
  line: null,
  things: [{list, thing}],
})

/** One level, however many of them are unions themselves. */
const union = (...schemas: readonly z.ZodType[]): z.ZodType =>
  z.union(schemas.flatMap((schema) => (schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]) : [schema])))

/** What is printed depends on flags. */
export const either = (...printed: readonly Printed[]): Printed => ({
  document: union(...printed.map(({document}) => document)),
  line: printed.find(({line}) => line !== null)?.line ?? null,
  things: printed.flatMap(({things}) => things),
})

/** Something that nobody chooses fields of, such as what --dry-run prints. */
export const besides = (printed: Printed, document: z.ZodType): Printed => ({
  ...printed,
  document: union(printed.document, document),
})

/** With --follow: an object a line, which is one of the things. */
export const followed = (printed: Printed, line: z.ZodType): Printed => ({...printed, line})

/** With --watch: each look is a line, with its moment; one that failed does not end it. */
export const watched = (printed: Printed, ...documents: readonly z.ZodObject[]): Printed => ({
  ...printed,
  line: z.union([...documents.map((document) => document.extend({at: instantOutput})), failure]),
})

/** As one thing, or of several each so, or with its error. */
export const perThing = (thing: z.ZodType): Printed =>
  besides(one(thing), z.object({results: z.array(z.union([thing, failure]))}))

/** --dry-run: the requests in their order, paths from the root of the API. */
const requests = z.object({
  dry_run: z.literal(true),
  steps: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown(),
    }),
  ),
})

/** --dry-run: what would be done, in words. */
const words = z.object({dry_run: z.literal(true), steps: z.array(z.string())})

export const steps = {requests, words}
