import type {BatchOperation, BatchRequest, BatchResponse, BatchResult} from '../../services/contracts/batch.ts'
import type {ChangeName, UndoListResponse, UndoResponse} from '../../services/contracts/undo.ts'
import {DomainError} from '../../services/domain/errors.ts'
import {toProblem} from '../../services/runtime/problem.ts'
import type {FakeTasks, Snapshot} from './fake-tasks.ts'

interface Entry {
  readonly id: number
  readonly change: ChangeName
  readonly title: string
  /** The tasks that differ. */
  readonly touched: readonly number[]
  /** Those of them that were there before. */
  readonly ids: readonly number[]
  readonly before: Snapshot
  readonly at: number
  undone: boolean
}

/** Changes that can be taken back, and several at once, over the fake's tasks. */
export class FakeUndo {
  readonly #store: FakeTasks
  readonly #log: Entry[] = []

  constructor(store: FakeTasks) {
    this.#store = store
  }

  /** Makes a change, or none of it, and notes what it changed. */
  note<T>(change: ChangeName, make: () => T): T {
    const before = this.#store.snapshot()
    try {
      const answer = make()
      const was = new Map(before.tasks.map((task) => [task.id, JSON.stringify(task)]))
      const touched = this.#store.tasks.filter((task) => was.get(task.id) !== JSON.stringify(task))
      const ids = touched.filter((task) => was.has(task.id)).map((task) => task.id)
      const title = (touched.find((task) => task.id === ids[0]) ?? touched[0])?.title ?? ''
      const entry = {before, change, title, touched: touched.map((task) => task.id), ids}
      if (touched.length > 0)
        this.#log.unshift({...entry, id: this.#log.length + 1, at: this.#store.now, undone: false})
      return answer
    } catch (error) {
      this.#store.restore(before)
      throw error
    }
  }

  list(): UndoListResponse {
    return {changes: this.#log.filter((entry) => !entry.undone).map(present)}
  }

  undo(id: number | undefined): UndoResponse {
    const entry = this.#log.find((one) => !one.undone && (id === undefined || one.id === id))
    if (!entry) {
      throw id === undefined
        ? new DomainError('conflict', 'nothing_to_undo', 'There is nothing to undo.')
        : new DomainError('not_found', 'change_not_found', `There is no change ${id} that can be undone.`)
    }
    const later = this.#log.find(
      (one) => one.id > entry.id && !one.undone && one.touched.some((task) => entry.touched.includes(task)),
    )
    if (later) {
      throw new DomainError('conflict', 'changed_since', `Change ${later.id} came after it: ${later.title}.`, {
        hint: `Undo ${later.id} first.`,
      })
    }
    const kept = new Map(entry.before.tasks.map((task) => [task.id, task]))
    const removed = entry.touched.filter((task) => !kept.has(task))
    const tasks = this.#store.tasks
      .filter((task) => !removed.includes(task.id))
      .map((task) => (entry.touched.includes(task.id) ? {...kept.get(task.id)!, version: task.version + 1} : task))
    this.#store.restore({tasks, series: new Map([...entry.before.series, ...this.#store.snapshot().series])})
    entry.undone = true
    const back = this.#store.tasks.filter((task) => entry.touched.includes(task.id))
    return {undone: present(entry), tasks: back, removed_task_ids: removed}
  }

  batch({atomic, operations}: BatchRequest): BatchResponse {
    return this.note('batch', () => ({
      results: operations.map((operation, index) => {
        try {
          return this.#one(operation)
        } catch (error) {
          if (atomic && error instanceof DomainError) throw withIndex(error, index)
          const {status, body} = toProblem(error, 'request-1')
          const id = 'id' in operation ? operation.id : null
          return {op: operation.op, id, status, ...NOTHING, error: body}
        }
      }),
    }))
  }

  #one(operation: BatchOperation): BatchResult {
    const store = this.#store
    const made = (more: Partial<BatchResult>): BatchResult => ({
      op: operation.op,
      id: 'id' in operation ? operation.id : null,
      status: 200,
      ...NOTHING,
      ...more,
    })
    switch (operation.op) {
      case 'create':
        return made({task: store.create(operation.task)})
      case 'complete': {
        const {completed, ...following} = store.complete(operation.id, operation.end_series)
        return made({task: completed, ...following})
      }
      case 'skip': {
        const until = operation.skip?.until as unknown as string | undefined
        const answer = store.skip(operation.id, until === undefined ? undefined : Date.parse(until))
        return made({...answer, task: answer.skipped.at(-1)!})
      }
      case 'reopen':
        return made({task: store.reopen(operation.id)})
      case 'delete':
        return made({task: store.delete(operation.id, operation.scope ?? null)})
      case 'snooze':
        return made({task: store.snooze(operation.id, operation.snooze)})
      case 'update': {
        const ifMatch = operation.if_match === undefined ? undefined : `"${operation.if_match}"`
        return made({task: store.update(operation.id, operation.changes, ifMatch, operation.scope ?? null)})
      }
    }
  }
}

/** As the Task Service says which one of several was refused. */
const withIndex = ({kind, code, message, details, ...rest}: DomainError, index: number): DomainError =>
  new DomainError(kind, code, message, {details: {...details, index}, ...(rest.hint && {hint: rest.hint})})

const NOTHING = {task: null, skipped: [], next: null, next_pending: false, error: null, replayed: false}

const present = ({id, change, ids, touched, title, at}: Entry) => ({
  id,
  change,
  task_ids: ids.length > 0 ? [...ids] : [...touched],
  title,
  made_at: new Date(at).toISOString(),
})
