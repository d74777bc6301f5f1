import {readFileSync} from 'node:fs'
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'

/** The wire of ChatKit as its vendor publishes it; made by write-schema.py. */
interface Published {
  readonly request: object
  readonly answers: Readonly<Record<ChatKitAnswer, object>>
  readonly $defs: object
}
/** What is answered: an event of a stream, a thread, a page of threads or items, and what a button changed. */
export type ChatKitAnswer = 'event' | 'thread' | 'threads' | 'items' | 'syncAction'

const published = JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')) as Published
const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u.test(text),
    uri: (text: string) => URL.canParse(text),
  },
})
const validators = new Map<string, ValidateFunction>()

function check(name: string, schema: object, value: unknown): void {
  const validate = validators.get(name) ?? ajv.compile(schema)
  validators.set(name, validate)
  if (validate(value)) return
  throw new Error(
    `${JSON.stringify(value).slice(0, 2000)} is no ${name} of ChatKit: ${ajv.errorsText(validate.errors)}`,
  )
}

/** Throws when it is not what the vendor's own server would write: a field that is missing, one too many, a null. */
export const checkChatKitAnswer = (kind: ChatKitAnswer, value: unknown): void =>
  check(kind, {...published.answers[kind], $defs: published.$defs}, value)

/** Throws when no component would send it. */
export const checkChatKitRequest = (value: unknown): void => check('request', published.request, value)
