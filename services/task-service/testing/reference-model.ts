/**
 * What a series is, said a second time and as simply as possible: rules are a start and a step, rows are a list. It knows
 * nothing of the engine, of SQL or of events; the tests compare the database with it. Instants in ms, UTC.
 */

const DAY = 86_400_000

export interface Rule {
  readonly stepDays: number
  readonly count: number | null
}

export interface SeriesOptions {
  readonly anchor: 'due' | 'completion'
  readonly catchUp: 'once' | 'each'
}

interface Series extends SeriesOptions {
  readonly stepDays: number
  readonly start: number
  /** Of a COUNT from the due date: the last one. */
  readonly last: number | null
  /** Of a COUNT from the completion: how many are still to come. */
  left: number | null
  counts: boolean
  dead: boolean
  continuedBy: number | null
}

export interface Row {
  /** Unknown until it is found in the database. */
  id: number | null
  title: string
  due: number
  occurrence: number | null
  /** The place of its series in `series`. */
  series: number | null
  /** The place of its predecessor in `rows`. */
  readonly predecessor: number | null
  state: 'open' | 'done' | 'skipped'
  closedAt: number | null
  deleted: boolean
  retracted: boolean
  version: number
}

/** What an action is answered with; `missing` is 404. */
export type Outcome = 'ok' | 'conflict' | 'missing'

export class ReferenceModel {
  readonly rows: Row[] = []
  readonly #series: Series[] = []
  readonly #titles: string[] = []

  clone(): ReferenceModel {
    const copy = new ReferenceModel()
    copy.rows.push(...this.rows.map((row) => ({...row})))
    copy.#series.push(...this.#series.map((series) => ({...series})))
    copy.#titles.push(...this.#titles)
    return copy
  }

  /** Equal for models that will never differ. */
  fingerprint(): string {
    return JSON.stringify([this.rows, this.#series, this.#titles])
  }

  isOpen(place: number): boolean {
    return this.rows[place]!.state === 'open' && !this.#gone(place)
  }

  add(title: string, due: number, rule: Rule, options: SeriesOptions): number {
    const series = this.#newSeries(title, due, rule, options)
    return this.#push({title, due, occurrence: due, series, predecessor: null})
  }

  /** `at` is the database's clock, in whole seconds. */
  done(place: number, at: number): Outcome {
    const row = this.rows[place]!
    if (this.#gone(place)) return 'missing'
    if (row.state === 'done') return 'ok'
    if (row.state === 'skipped') return 'conflict'
    return this.#close(row, 'done', at)
  }

  reopen(place: number): Outcome {
    const row = this.rows[place]!
    if (this.#gone(place)) return 'missing'
    if (row.state === 'open') return 'ok'
    const successor = this.rows.find((candidate) => candidate.predecessor === place && !candidate.retracted)
    if (successor) {
      if (successor.version > 1) return 'conflict'
      successor.retracted = true
      successor.version++
      const series = this.#series[row.series!]!
      if (series.left !== null) series.left++
    }
    row.state = 'open'
    row.closedAt = null
    row.version++
    return 'ok'
  }

  rename(place: number, title: string): Outcome {
    const row = this.rows[place]!
    if (this.#gone(place)) return 'missing'
    row.title = title
    row.version++
    if (row.state === 'open' && row.series !== null) this.#titles[row.series] = title
    return 'ok'
  }

  move(place: number, due: number): Outcome {
    const row = this.rows[place]!
    if (this.#gone(place)) return 'missing'
    if (row.state !== 'open') return 'conflict'
    if (row.due !== due) row.version++
    row.due = due
    return 'ok'
  }

  /** Another rule, or without one another way to go on under the same rule. */
  change(place: number, rule: Rule | null, options: SeriesOptions): Outcome {
    const row = this.rows[place]!
    if (this.#gone(place)) return 'missing'
    if (row.state !== 'open') return 'conflict'
    const old = this.#series[row.series!]!
    const next = rule ?? {stepDays: old.stepDays, count: this.#countLeft(old, row.occurrence!)}
    const series = this.#newSeries(row.title, row.due, next, options)
    old.continuedBy = series
    row.series = series
    row.occurrence = row.due
    row.version++
    return 'ok'
  }

  skip(place: number, at: number): Outcome {
    return this.#gone(place) ? 'missing' : this.#close(this.rows[place]!, 'skipped', at)
  }

  /** The whole rest of a series with its open occurrence, or a closed row alone. */
  delete(place: number): Outcome {
    if (this.#gone(place)) return 'missing'
    const row = this.rows[place]!
    if (row.state !== 'open') this.ensure(place)
    else if (row.series !== null) this.#series[row.series]!.dead = true
    row.deleted = true
    row.version++
    return 'ok'
  }

  /** The wake-up: what an event of a closed task, or the sweep, leads to. */
  ensure(place: number): void {
    const row = this.rows[place]!
    if (this.#gone(place) || row.state === 'open' || row.series === null) return
    let home = row.series
    while (this.#series[home]!.continuedBy !== null) home = this.#series[home]!.continuedBy!
    const series = this.#series[home]!
    if (series.dead) return
    if (this.rows.some((other) => other.predecessor === place && !other.retracted)) return
    if (this.#openIn(home)) return
    const next = this.#next(home, row)
    if (next === null) return
    if (series.left !== null) series.left--
    this.#push({title: this.#titles[home]!, due: next, occurrence: next, series: home, predecessor: place})
  }

  ensureAll(): void {
    for (const place of this.rows.keys()) this.ensure(place)
  }

  /** How many its series still has to come, of a COUNT from the completion. */
  left(place: number): number | null {
    return this.#series[this.rows[place]!.series!]!.left
  }

  /** What follows an open occurrence that is done in time; undefined when that is not for sure. */
  following(place: number): number | null | undefined {
    const row = this.rows[place]!
    if (row.state !== 'open' || row.series === null || this.#series[row.series]!.anchor === 'completion')
      return undefined
    return this.#next(row.series, {...row, closedAt: row.occurrence})
  }

  #next(home: number, row: Row): number | null {
    const series = this.#series[home]!
    const step = series.stepDays * DAY
    if (series.anchor === 'due') {
      const from = series.catchUp === 'once' ? Math.max(row.occurrence!, row.closedAt!) : row.occurrence!
      const next = series.start + Math.max(0, Math.floor((from - series.start) / step) + 1) * step
      return series.last !== null && next > series.last ? null : next
    }
    if (series.counts && series.left === 0) return null
    const taken = new Set(
      this.rows.filter((other) => other.series === home && !other.retracted).map((other) => other.occurrence),
    )
    taken.add(row.occurrence)
    let next = Math.floor(row.closedAt! / DAY) * DAY + (series.start % DAY) + step
    while (taken.has(next)) next += step
    return next
  }

  #countLeft(series: Series, occurrence: number): number | null {
    if (series.left !== null) return series.left + 1
    if (series.last === null) return null
    return Math.max(1, Math.floor((series.last - occurrence) / (series.stepDays * DAY)) + 1)
  }

  #newSeries(title: string, start: number, {stepDays, count}: Rule, {anchor, catchUp}: SeriesOptions): number {
    const fromDue = anchor === 'due'
    this.#titles.push(title)
    return (
      this.#series.push({
        stepDays,
        anchor,
        catchUp,
        start,
        last: count !== null && fromDue ? start + (count - 1) * stepDays * DAY : null,
        left: count !== null && !fromDue ? count - 1 : null,
        counts: count !== null && !fromDue,
        dead: false,
        continuedBy: null,
      }) - 1
    )
  }

  #push(row: Pick<Row, 'title' | 'due' | 'occurrence' | 'series' | 'predecessor'>): number {
    const fresh = {id: null, state: 'open', closedAt: null, deleted: false, retracted: false, version: 1} as const
    return this.rows.push({...row, ...fresh}) - 1
  }

  #close(row: Row, state: 'done' | 'skipped', at: number): Outcome {
    row.state = state
    row.closedAt = at
    row.version++
    return 'ok'
  }

  #openIn(series: number): boolean {
    return this.rows.some((row) => row.series === series && row.state === 'open' && !row.deleted && !row.retracted)
  }

  #gone(place: number): boolean {
    const row = this.rows[place]!
    return row.deleted || row.retracted
  }
}
