import type {BatchOperation} from '../../contracts/batch.ts'
import type {ReferenceModel} from './reference-model.ts'
import type {Edit, Outcome, Row, Rule, Scope, SeriesOptions} from './reference-state.ts'
import type {Reply, Request, Stored} from './series-driver.ts'

const DAY = 86_400_000
const SCOPES: readonly Scope[] = ['this', 'following', 'all']

/** What todo5 says about one change, by whatever request it came. */
export interface Told {
  readonly status: number
  /** False of an operation of a batch. */
  readonly alone: boolean
  readonly task: Record<string, unknown> | null
  readonly skipped: readonly Record<string, unknown>[]
  /** The id of the change that was undone. */
  readonly undone: number | null
}

/** One change that a user can make: as a request of its own, as an operation of a batch, and in the model. */
export interface UserChange {
  readonly name: string
  readonly request: Request
  /** Undo is no part of a batch. */
  readonly operation: BatchOperation | null
  /**
   * To one of the models that are possible; `before` is how it was when this was asked for. What happened in which order
   * differs between them, and with it the places of rows: a row is found by its id.
   */
  apply(model: ReferenceModel, told: Told, before: ReferenceModel): Outcome
}

/** Draws changes for what is there. */
export class RandomChanges {
  readonly #random: () => number
  #count = 0

  constructor(random: () => number) {
    this.#random = random
  }

  add(): UserChange {
    const [title, due, rule, options] = [this.#title(), this.#due(), this.#rule(), this.#options()]
    const task = {title, due_at: instant(due), ...patternOf(rule), anchor: options.anchor, catch_up: options.catchUp}
    return {
      name: `add ${JSON.stringify(task)}`,
      request: {method: 'POST', path: '/tasks', body: task},
      operation: {op: 'create', task: {...task, due_at: new Date(due)}},
      apply(model, told) {
        const place = model.add(title, due, rule, options)
        // None in a batch that was refused as a whole.
        if (told.task) model.setId(place, told.task['id'] as number)
        return 'ok'
      },
    }
  }

  /** Something with one of the tasks; mostly with one that is open. */
  change(model: ReferenceModel, stored: Stored): UserChange {
    const chance = this.#random()
    if (chance < 0.12) return this.#undo(stored)
    const places = [...model.rows.keys()]
    const open = places.filter((place) => model.isOpen(place))
    const row = model.rows[this.#oneOf(this.#random() < 0.7 && open.length > 0 ? open : places)]!
    const id = row.id!
    if (chance < 0.24) return this.#reopen(id)
    if (chance < 0.45) return this.#done(id)
    if (chance < 0.57) return this.#skip(id)
    if (chance < 0.87) return this.#edit(row, stored)
    return chance < 0.95 ? this.#delete(id) : this.#snooze(id)
  }

  #done(id: number): UserChange {
    return {
      name: `done ${id}`,
      request: {method: 'POST', path: `/tasks/${id}/complete`},
      operation: {op: 'complete', id},
      apply: (model, told) => model.done(model.placeOf(id), closedAt(told.task)),
    }
  }

  #reopen(id: number): UserChange {
    return {
      name: `reopen ${id}`,
      request: {method: 'POST', path: `/tasks/${id}/reopen`},
      operation: {op: 'reopen', id},
      apply: (model) => model.reopen(model.placeOf(id)),
    }
  }

  #skip(id: number): UserChange {
    const until = this.#random() < 0.6 ? this.#due() + 5 * DAY : null
    const body = until === null ? {} : {until: instant(until)}
    return {
      name: `skip ${id} ${JSON.stringify(body)}`,
      request: {method: 'POST', path: `/tasks/${id}/skip`, body},
      operation: {op: 'skip', id, ...(until === null ? {} : {skip: {until: new Date(until)}})},
      apply: (model, told) => model.skip(model.placeOf(id), until, closedAt(told.skipped[0] ?? told.task)),
    }
  }

  #edit(row: Row, stored: Stored): UserChange {
    const id = row.id!
    const scope = this.#oneOf(SCOPES)
    const edit: {-readonly [K in keyof Edit]: Edit[K]} = {}
    const chance = this.#random()
    if (chance < 0.5) edit.title = this.#title()
    if (chance > 0.35 && chance < 0.75) edit.due = this.#random() < 0.5 ? this.#sameDay(row.due) : this.#due()
    if (chance > 0.65) {
      if (this.#random() < 0.7) edit.rule = this.#rule()
      if (edit.rule === undefined || this.#random() < 0.5) edit.options = this.#options()
    }
    // Two refusals at once: which is named first is nobody's promise.
    if (scope === 'this' && edit.due !== undefined) {
      delete edit.rule
      delete edit.options
    }
    const changes = {
      ...(edit.title === undefined ? {} : {title: edit.title}),
      ...(edit.rule === undefined ? {} : patternOf(edit.rule)),
      ...(edit.options === undefined ? {} : {anchor: edit.options.anchor, catch_up: edit.options.catchUp}),
    }
    const body = {...changes, ...(edit.due === undefined ? {} : {due_at: instant(edit.due)})}
    const ifMatch = this.#random() < 0.3 ? stored.tasks.find((task) => task.id === id)!.version : null
    const due = edit.due === undefined ? {} : {due_at: new Date(edit.due)}
    const said = this.#random() < 0.25 ? {} : {scope}
    return {
      name: `edit ${id} ${said.scope ?? ''} ${JSON.stringify(body)} ${ifMatch === null ? '' : `at version ${ifMatch}`}`,
      request: {
        method: 'PATCH',
        path: `/tasks/${id}${said.scope ? `?scope=${said.scope}` : ''}`,
        body,
        ...(ifMatch === null ? {} : {ifMatch}),
      },
      operation: {op: 'update', id, ...said, changes: {...changes, ...due}},
      apply: (now, {alone}, before) =>
        alone && ifMatch !== null && now.hasNewVersion(now.placeOf(id), before)
          ? 'stale'
          : now.edit(now.placeOf(id), said.scope, edit),
    }
  }

  #delete(id: number): UserChange {
    const scope = this.#oneOf(SCOPES)
    return {
      name: `delete ${id} ${scope}`,
      request: {method: 'DELETE', path: `/tasks/${id}?scope=${scope}`},
      operation: {op: 'delete', id, scope},
      apply: (model, told) => model.delete(model.placeOf(id), scope, closedAt(told.task)),
    }
  }

  #snooze(id: number): UserChange {
    const snooze = {for_seconds: 60 + Math.floor(this.#random() * 10_000)}
    return {
      name: `snooze ${id}`,
      request: {method: 'POST', path: `/tasks/${id}/snooze`, body: snooze},
      operation: {op: 'snooze', id, snooze},
      apply: (model) => model.snooze(model.placeOf(id)),
    }
  }

  /** The last change, or any. */
  #undo({changes}: Stored): UserChange {
    const which = changes.length > 0 && this.#random() < 0.4 ? Math.floor(this.#random() * changes.length) : null
    const body = which === null ? {} : {id: changes[which]!.id}
    return {
      name: `undo ${which === null ? '' : `${body.id} (number ${which})`}`,
      request: {method: 'POST', path: '/undo', body},
      operation: null,
      apply: (now, {undone}, before) => {
        if (which !== null) return undone === null || undone === body.id ? now.undo(which) : 'conflict'
        // The last one is that when it was asked for, or what was done meanwhile: the answer says which.
        const last = before.lastStanding()
        const meant = last !== null && now.doings[last] === 'o' && (undone ?? changes[last]!.id) === changes[last]!.id
        return now.undo(meant ? last : null)
      },
    }
  }

  #title(): string {
    return `title ${++this.#count}`
  }

  /** Never twice the same, so that each move is one. */
  #due(): number {
    const midnight = Math.floor(Date.now() / DAY) * DAY
    return midnight + Math.floor(this.#random() * 20 - 12) * DAY + this.#time()
  }

  #sameDay(due: number): number {
    return Math.floor(due / DAY) * DAY + this.#time()
  }

  #time(): number {
    return Math.floor(this.#random() * 24) * 3_600_000 + (++this.#count % 3600) * 1000
  }

  #rule(): Rule {
    return {
      stepDays: 1 + Math.floor(this.#random() * 4),
      count: this.#random() < 0.6 ? null : 1 + Math.floor(this.#random() * 6),
    }
  }

  #options(): SeriesOptions {
    return {
      anchor: this.#random() < 0.5 ? 'due' : 'completion',
      catchUp: this.#random() < 0.7 ? 'once' : 'each',
    }
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!
  }
}

/** The answer to a request of its own. */
export function toldBy({status, body}: Reply): Told {
  const skipped = (body['skipped'] ?? []) as Record<string, unknown>[]
  const undone = (body['undone'] as {id: number} | undefined)?.id ?? null
  return {status, alone: true, task: (body['completed'] ?? body) as Record<string, unknown>, skipped, undone}
}

const instant = (at: number): string => new Date(at).toISOString()

const patternOf = ({stepDays, count}: Rule): {recurring_pattern: string} => ({
  recurring_pattern: `FREQ=DAILY;INTERVAL=${stepDays}${count === null ? '' : `;COUNT=${count}`}`,
})

/** When a task was closed, by the answer to closing it; in a batch that was refused as a whole it was just now. */
function closedAt(task: Record<string, unknown> | null | undefined): number {
  const at = (task?.['completed_at'] ?? task?.['skipped_at'] ?? null) as string | null
  return at === null ? Math.floor(Date.now() / 1000) * 1000 : Date.parse(at)
}
