import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import type {LoadUser} from '../support/faults/load.ts'
import type {AnswerFacts, Ledger, Operation} from './ledger.ts'

const REPEAT_AFTER_MS = 200
/** Longer than any fault that stops something: what has hung that long is asked again. */
const ANSWER_WITHIN_MS = 30_000
/** For what follows a closed occurrence; it may also come later. */
const WAIT_SECONDS = 1

export interface Api {
  url(): string
  /** Aborted: nobody waits for answers any more. */
  readonly signal: AbortSignal
}

interface TaskFacts {
  readonly id: number
  readonly version: number
}

type Answer = {readonly status: number; readonly body: unknown} | string

/** Does what is said, until there is an answer, each thing under one key; the ledger has it before it is sent. */
export class Client {
  readonly #user: LoadUser
  readonly #api: Api
  readonly #ledger: Ledger

  constructor(user: LoadUser, api: Api, ledger: Ledger) {
    this.#user = user
    this.#api = api
    this.#ledger = ledger
  }

  /** Undefined when it was refused for good. */
  async perform(operation: Operation): Promise<{n: number; answer: AnswerFacts} | undefined> {
    const change = operation.op === 'undo' ? await this.#changeOf(operation.of) : null
    const request = requestOf(operation, change)
    const key = randomUUID()
    const n = this.#ledger.send({user: this.#user.userId, key, operation})
    const answer = await this.#insist({...request, key}, (why) =>
      this.#ledger.write({type: 'unknown', n, at: Date.now(), why}),
    )
    if (answer.status >= 400) {
      const {code = 'none'} = answer.body as {code?: string}
      this.#ledger.write({type: 'refused', n, at: Date.now(), status: answer.status, code})
      return undefined
    }
    const facts = factsOf(operation, answer.body)
    this.#ledger.write({type: 'answered', n, at: Date.now(), answer: facts})
    return {n, answer: facts}
  }

  /** The open occurrence of a chain; undefined while there is none. */
  async openOccurrence(chain: string): Promise<TaskFacts | undefined> {
    const {body} = await this.#insist({method: 'GET', path: `/tasks?tag=${chain}&limit=5`})
    return (body as {tasks: TaskFacts[]}).tasks[0]
  }

  /** By what it was about: the answer to a change does not say its number. */
  async #changeOf(n: number): Promise<number> {
    const entries = this.#ledger.of(n)
    const {op} = entries.sent.operation
    const task = entries.answer.tasks[0]!.id
    const name = op === 'edit' || op === 'move' ? 'update' : op
    const {body} = await this.#insist({method: 'GET', path: `/undo?task_id=${task}`})
    const {changes} = body as {changes: {id: number; change: string; task_ids: number[]}[]}
    const found = changes.find(({change, task_ids: ids}) => change === name && ids.includes(task))
    if (!found) throw new Error(`operation ${n} (${op} of task ${task}) is not among the changes that can be undone`)
    return found.id
  }

  async #insist(
    request: {method: string; path: string; body?: object; key?: string},
    unknown: (why: string) => void = () => undefined,
  ): Promise<{status: number; body: unknown}> {
    for (;;) {
      const answer = await this.#ask(request)
      if (typeof answer === 'object' && answer.status < 500 && answer.status !== 429) return answer
      unknown(typeof answer === 'object' ? String(answer.status) : answer)
      this.#api.signal.throwIfAborted()
      await delay(REPEAT_AFTER_MS)
    }
  }

  /** Or why there is none. */
  async #ask({method, path, body, key}: {method: string; path: string; body?: object; key?: string}): Promise<Answer> {
    try {
      const answer = await fetch(`${this.#api.url()}${path}`, {
        method,
        headers: {
          'x-api-key': this.#user.apiKey,
          prefer: `wait=${WAIT_SECONDS}`,
          ...(key !== undefined && {'idempotency-key': key}),
          ...(body && {'content-type': 'application/json'}),
        },
        ...(body && {body: JSON.stringify(body)}),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      })
      return {status: answer.status, body: await answer.json()}
    } catch (error) {
      // Refused, broken off, or half an answer.
      if (error instanceof TypeError || error instanceof SyntaxError) return 'no connection'
      if (error instanceof Error && error.name === 'TimeoutError') return 'no answer'
      throw error
    }
  }
}

const instant = (at: number): string => new Date(at).toISOString()

function requestOf(operation: Operation, change: number | null): {method: string; path: string; body?: object} {
  const {op} = operation
  if (op === 'undo') return {method: 'POST', path: '/undo', body: {id: change}}
  if (op === 'create') {
    const {chain, dueAt, rule} = operation
    const pattern = rule && `FREQ=DAILY;INTERVAL=${rule.everyDays}${rule.count === null ? '' : `;COUNT=${rule.count}`}`
    const body = {title: chain, tags: [chain], due_at: instant(dueAt), ...(pattern && {recurring_pattern: pattern})}
    return {method: 'POST', path: '/tasks', body}
  }
  const path = `/tasks/${operation.task}`
  if (op === 'edit') return {method: 'PATCH', path, body: {description: operation.description}}
  if (op === 'move') return {method: 'PATCH', path, body: {due_at: instant(operation.dueAt)}}
  if (op === 'delete') return {method: 'DELETE', path: `${path}?scope=${operation.scope}`}
  if (op === 'snooze') return {method: 'POST', path: `${path}/snooze`, body: {until: instant(operation.remindAt)}}
  return {method: 'POST', path: `${path}/${op}`}
}

const factOf = ({id, version}: TaskFacts): TaskFacts => ({id, version})

function factsOf({op}: Operation, body: unknown): AnswerFacts {
  const {next = null} = body as {next?: TaskFacts | null}
  const tasks =
    op === 'complete'
      ? [(body as {completed: TaskFacts}).completed]
      : op === 'skip'
        ? (body as {skipped: TaskFacts[]}).skipped
        : op === 'undo'
          ? (body as {tasks: TaskFacts[]}).tasks
          : [body as TaskFacts]
  const removed = op === 'undo' ? (body as {removed_task_ids: number[]}).removed_task_ids : []
  return {tasks: tasks.map(factOf), next: next && factOf(next), removed}
}
