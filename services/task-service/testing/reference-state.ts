/** What the reference model is made of; instants in ms, UTC. */

export interface Rule {
  readonly stepDays: number
  readonly count: number | null
}

export interface SeriesOptions {
  readonly anchor: 'due' | 'completion'
  readonly catchUp: 'once' | 'each'
}

export type Scope = 'this' | 'following' | 'all'

export interface Edit {
  readonly title?: string
  readonly due?: number
  readonly rule?: Rule
  readonly options?: SeriesOptions
}

export interface Series extends SeriesOptions {
  /** Of the occurrences to come. */
  title: string
  readonly stepDays: number
  readonly start: number
  /** Of a COUNT from the due date: the last one. */
  readonly last: number | null
  /** Of a COUNT from the completion: how many are still to come. */
  left: number | null
  /** What was skipped. */
  excluded: number[]
  dead: boolean
  continuedBy: number | null
}

export interface Row {
  /** Unknown until it is found in the database. */
  id: number | null
  title: string
  due: number
  occurrence: number
  /** The place of its series. */
  series: number
  /** The place of its predecessor. */
  readonly predecessor: number | null
  state: 'open' | 'done' | 'skipped'
  closedAt: number | null
  deleted: boolean
  retracted: boolean
  /** Changed by its user, so that it is not taken back with the completion before it. */
  touched: boolean
}

/**
 * What an action is answered with: `missing` 404, `invalid` 422, `stale` 412, and all others 409: `touched` is what follows,
 * `overlaid` a change by a later one; `undone` it is already, or there is `nothing` to undo.
 */
export type Outcome =
  | 'ok'
  | 'missing'
  | 'invalid'
  | 'stale'
  | 'conflict'
  | 'touched'
  | 'overlaid'
  | 'undone'
  | 'nothing'

/** How to undo one change: the old values of what it changed, and the places of what it made. */
export interface Entry {
  readonly rows: readonly {readonly place: number; readonly old: Partial<Row>}[]
  readonly series: readonly {readonly place: number; readonly old: Partial<Series>}[]
  readonly madeRows: readonly number[]
  readonly madeSeries: readonly number[]
}

export interface Group {
  readonly entries: readonly Entry[]
  undone: boolean
}

export function close(row: Row, state: 'done' | 'skipped', at: number): Outcome {
  Object.assign(row, {state, closedAt: at})
  return 'ok'
}

interface State {
  readonly rows: readonly Row[]
  readonly series: readonly Series[]
}

/** What a change did, field by field. What it took back is no loss: it is made again when it is needed. */
export function difference(before: State, after: State): Entry {
  const rows = before.rows.flatMap((old, place) => changes(place, old, after.rows[place]!))
  return {
    rows: rows.filter(({place}) => !after.rows[place]!.retracted),
    // Who makes or takes back an occurrence counts it.
    series: before.series.flatMap((old, place) =>
      changes(place, {...old, left: 0}, {...after.series[place]!, left: 0}),
    ),
    madeRows: [...after.rows.keys()].slice(before.rows.length),
    madeSeries: [...after.series.keys()].slice(before.series.length),
  }
}

function changes<T extends object>(place: number, before: T, now: T): {place: number; old: Partial<T>}[] {
  const fields = Object.entries(before).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(now[field as keyof T]),
  )
  return fields.length === 0 ? [] : [{place, old: Object.fromEntries(fields) as Partial<T>}]
}

/** The rows and series of a change, as one list of names. */
export const partsOf = ({rows, series, madeRows, madeSeries}: Entry): string[] => [
  ...[...rows.map(({place}) => place), ...madeRows].map((place) => `row ${place}`),
  ...[...series.map(({place}) => place), ...madeSeries].map((place) => `series ${place}`),
]

/** Making a change or undoing it gives a row that it touches another version; a snooze does not. */
export const raisesVersion = ({rows}: Entry, place: number): boolean =>
  rows.some((row) => row.place === place && Object.keys(row.old).some((field) => field !== 'touched'))
