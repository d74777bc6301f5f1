import {createHash, randomUUID} from 'node:crypto'
import type {BatchResponse, BatchResult, MAX_BATCH as Most} from '../../services/contracts/batch.ts'
import type {HttpClient} from '../client/http-client.ts'
import type {NewTask} from '../client/task-writes.ts'
import type {CliError} from '../errors.ts'
import type {Loss} from '../formats/portable-task.ts'
import type {ImportPlan, PlannedTask} from './plan-import.ts'

const MAX_BATCH: typeof Most = 100
/** The API takes 256 KiB; a description of full length is 30 kB. */
const MAX_BYTES = 200_000

export interface Imported extends PlannedTask {
  /** Null: it was there, and how it is now was not looked at. */
  readonly id: number | null
  /** Added by an earlier import of the same file. */
  readonly already: boolean
}

export type ImportOutcome = Imported | (PlannedTask & {readonly error: CliError})

export interface SendOptions {
  readonly plan: ImportPlan
  /** Add what was added before once more. */
  readonly again: boolean
  readonly reached: (count: number) => void
}

/**
 * Adds the tasks in their order. The key of each is made of the file and of where it stands in it: whatever is repeated,
 * whole or from where it was cut off, adds nothing twice. A refusal of one leaves the others alone; when nobody answers any
 * more that is thrown.
 */
export async function sendImport(
  http: Pick<HttpClient, 'call' | 'refusal'>,
  options: SendOptions,
): Promise<ImportOutcome[]> {
  const {plan, again, reached} = options
  const salt = again ? `:${randomUUID()}` : ''
  const key = `import-${createHash('sha256').update(plan.source).digest('hex').slice(0, 40)}${salt}`
  const outcomes: ImportOutcome[] = []
  for (const {name, tasks} of chunksOf(plan.tasks)) {
    outcomes.push(...(await sendChunk(http, tasks, `${key}:${name}`)))
    reached(outcomes.length)
  }
  return outcomes.toSorted((a, b) => a.position - b.position)
}

async function sendChunk(
  http: Pick<HttpClient, 'call' | 'refusal'>,
  chunk: readonly PlannedTask[],
  key: string,
): Promise<ImportOutcome[]> {
  const created = await batch(
    http,
    key,
    chunk.map(({request}) => ({op: 'create', task: request})),
  )
  const outcomes = chunk.map((planned, index): ImportOutcome => outcomeOf(http, planned, created[index]!))
  await withoutChannels(http, outcomes, key)
  const more = outcomes.flatMap((outcome) =>
    'id' in outcome && outcome.id !== null ? followUp(outcome, outcome.id) : [],
  )
  if (more.length === 0) return outcomes
  const results = await batch(http, `${key}:then`, more)
  for (const [index, result] of results.entries()) {
    if (result.error === null || result.error.code === 'idempotency_key_reused') continue
    const at = outcomes.findIndex((outcome) => 'id' in outcome && outcome.id === more[index]!.id)
    outcomes[at] = {...outcomes[at]!, error: http.refusal(result.status, result.error)}
  }
  return outcomes
}

function outcomeOf(http: Pick<HttpClient, 'refusal'>, planned: PlannedTask, result: BatchResult): ImportOutcome {
  // The file was read in another way then, as where it says "tomorrow": what it made is there.
  if (result.error?.code === 'idempotency_key_reused') return {...planned, id: null, already: true}
  if (result.error) return {...planned, error: http.refusal(result.status, result.error)}
  return {...planned, id: result.task!.id, already: result.replayed}
}

/** What comes after a task was made: it was done already, or had been moved away from its rule. */
function followUp({done, movedTo}: PlannedTask, id: number): {op: string; id: number; [field: string]: unknown}[] {
  if (done) return [{op: 'complete', id}]
  if (!movedTo) return []
  const due_at = new Date(movedTo.at).toISOString()
  return [{op: 'update', id, scope: 'this', changes: {due_at, due_has_time: movedTo.hasTime}}]
}

const NO_CHANNEL: Loss = {
  what: 'by which channel its reminders go',
  why: 'it is not set up here; they go by those of the account',
}

/** A channel that this account does not have would keep out the whole task. */
async function withoutChannels(
  http: Pick<HttpClient, 'call' | 'refusal'>,
  outcomes: ImportOutcome[],
  key: string,
): Promise<void> {
  const refused = outcomes.flatMap((outcome, index) => {
    const faults = 'error' in outcome ? ((outcome.error.cause ?? {}) as {errors?: {field: string}[]}).errors : undefined
    return faults?.some(({field}) => field.includes('channels')) ? [index] : []
  })
  if (refused.length === 0) return
  const plain = refused.map((index) => plainRequest(outcomes[index]!))
  const operations = plain.map(({request}) => ({op: 'create', task: request}))
  const results = await batch(http, `${key}:plain`, operations)
  for (const [at, index] of refused.entries()) outcomes[index] = outcomeOf(http, plain[at]!, results[at]!)
}

function plainRequest({position, place, title, request, losses, done, movedTo}: PlannedTask): PlannedTask {
  const reminders = new Map(
    (request.reminders ?? []).map(({channels: _gone, ...reminder}) => [reminder.offset_seconds, reminder]),
  )
  const plain: NewTask = {...request, reminders: [...reminders.values()]}
  return {position, place, title, request: plain, losses: [...losses, NO_CHANNEL], done, movedTo}
}

async function batch(
  http: Pick<HttpClient, 'call'>,
  key: string,
  operations: readonly unknown[],
): Promise<BatchResult[]> {
  const body = {atomic: false, operations}
  const headers = {'idempotency-key': key}
  return [...(await http.call<BatchResponse>({method: 'POST', path: '/tasks/batch', body, headers})).results]
}

/** Requests of at most a hundred tasks and a size that can be sent. */
interface Chunk {
  readonly name: string
  readonly tasks: PlannedTask[]
}

/**
 * A hundred places of the file each, the open and the done ones apart: with --done or without it, the others keep their
 * chunk and their place in it, and with that their keys.
 */
export function chunksOf(tasks: readonly PlannedTask[]): Chunk[] {
  const parts = Map.groupBy(tasks, ({position, done}) => `${Math.floor(position / MAX_BATCH)}${done ? 'd' : 'o'}`)
  return [...parts].flatMap(([name, part]) => {
    const chunks: Chunk[] = []
    let bytes = Infinity
    for (const task of part) {
      const size = Buffer.byteLength(JSON.stringify(task.request))
      if (bytes + size > MAX_BYTES) {
        chunks.push({name: `${name}${chunks.length}`, tasks: []})
        bytes = 0
      }
      chunks.at(-1)!.tasks.push(task)
      bytes += size
    }
    return chunks
  })
}
