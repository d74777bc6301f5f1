import type {Edit, Entry, Group, Outcome, Row, Rule, Scope, Series, SeriesOptions} from './reference-state.ts'
import {close, difference, partsOf, raisesVersion} from './reference-state.ts'

const DAY = 86_400_000

/**
 * What a series is, said a second time and as simply as possible: rules are a start and a step, rows are a list, undo puts
 * back what differed. It knows nothing of the engine, of SQL or of events; the tests compare the database with it.
 */
export class ReferenceModel {
  #rows: Row[] = []
  #series: Series[] = []
  #log: Group[] = []
  /** Where a change begins: what lies before it is not undone with it. */
  #before: {rows: Row[]; series: Series[]} | null = null

  get rows(): readonly Row[] {
    return this.#rows
  }

  /** What the user did, oldest first, a letter each: x undone, o not. What a batch did is one. */
  get doings(): string {
    return this.#log.map(({undone}) => (undone ? 'x' : 'o')).join('')
  }

  clone(): ReferenceModel {
    const copy = new ReferenceModel()
    copy.#restore(this.#copy())
    return copy
  }

  /** Equal for models that will never differ. */
  fingerprint(): string {
    return JSON.stringify([this.#rows, this.#series, this.#log])
  }

  isOpen(place: number): boolean {
    return this.#rows[place]!.state === 'open' && !this.#gone(place)
  }

  /** Several changes that are undone together; `atomic`: the first that is refused takes all back. */
  batch(atomic: boolean, changes: readonly ((model: ReferenceModel) => Outcome)[]): Outcome[] {
    const before = this.#copy()
    const outcomes: Outcome[] = []
    const entries: Entry[] = []
    for (const change of changes) {
      const known = this.#log.length
      const outcome = change(this)
      outcomes.push(outcome)
      if (atomic && outcome !== 'ok') {
        this.#restore(before)
        return outcomes
      }
      entries.push(...this.#log.splice(known).flatMap((group) => group.entries))
    }
    if (entries.length > 0) this.#log.push({entries, undone: false})
    return outcomes
  }

  add(title: string, due: number, rule: Rule, options: SeriesOptions): number {
    let place = 0
    this.#change(() => {
      const series = this.#newSeries(title, due, rule, options)
      place = this.#push({title, due, occurrence: due, series, predecessor: null})
      return 'ok'
    })
    return place
  }

  /** `at` is the database's clock, in whole seconds. */
  done(place: number, at: number): Outcome {
    return this.#change(() => {
      const row = this.#rows[place]!
      if (this.#gone(place)) return 'missing'
      if (row.state === 'done') return 'ok'
      return row.state === 'skipped' ? 'conflict' : close(row, 'done', at)
    })
  }

  reopen(place: number): Outcome {
    return this.#change(() => {
      const row = this.#rows[place]!
      if (this.#gone(place)) return 'missing'
      if (row.state === 'open') return 'ok'
      if (!this.#retractSuccessor(place)) return 'touched'
      const {excluded} = this.#series[row.series]!
      if (row.state === 'skipped') excluded.splice(excluded.indexOf(row.occurrence), 1)
      Object.assign(row, {state: 'open', closedAt: null})
      return 'ok'
    })
  }

  /** Without `until` the one occurrence; with it each of its series that is due by then. `at`: when they were skipped. */
  skip(place: number, until: number | null, at: number): Outcome {
    return this.#change(() => {
      const {state} = this.#rows[place]!
      if (this.#gone(place)) return 'missing'
      if (until === null) {
        // A single one is followed like a completed one: when its event arrives.
        if (state === 'open') this.#skipRow(place, at)
        return state === 'done' ? 'conflict' : 'ok'
      }
      let open = state === 'open' ? place : this.#openOf(place)
      if (open === null || this.#rows[open]!.due > until) return 'conflict'
      for (; open !== null && this.#rows[open]!.due <= until; open = this.#successor(open)) this.#skipRow(open, at)
      return 'ok'
    })
  }

  /** Without a scope: a closed one alone, an open one's date alone, and otherwise what follows too. */
  edit(place: number, scope: Scope | undefined, edit: Edit): Outcome {
    return this.#change(() => {
      if (this.#gone(place)) return 'missing'
      const repeats = edit.rule !== undefined || edit.options !== undefined
      const dueAlone = edit.due !== undefined && edit.title === undefined && !repeats
      const reach = scope ?? (!this.isOpen(place) || dueAlone ? 'this' : 'following')
      if (scope === 'this' && repeats) return 'invalid'
      if (reach === 'this' && !this.isOpen(place) && (repeats || edit.due !== undefined)) return 'conflict'
      const reached = reach === 'this' || this.isOpen(place) ? place : this.#openOf(place)
      if (reached === null) return 'conflict'
      const row = this.#rows[reached]!
      if (reach !== 'this' && (repeats || edit.due !== undefined)) this.#continue(row, edit)
      if (reach !== 'this') this.#series[row.series]!.title = edit.title ?? this.#series[row.series]!.title
      Object.assign(row, {title: edit.title ?? row.title, due: edit.due ?? row.due})
      if (reach === 'all' && edit.title !== undefined) this.#renameClosed(row.series, edit.title)
      return 'ok'
    })
  }

  delete(place: number, scope: Scope, at: number): Outcome {
    if (scope === 'this' && this.isOpen(place)) return this.skip(place, null, at)
    return this.#change(() => {
      if (this.#gone(place)) return 'missing'
      const chain = this.#chain(this.#rows[place]!.series)
      // Without its predecessor nobody would make what is still on its way.
      if (scope === 'this') this.#ensureFirst([place])
      else if (!this.isOpen(place)) this.#openOf(place)
      for (const [other, row] of this.#rows.entries()) {
        const reached = scope === 'all' ? chain.has(row.series) : other === place || this.#follows(other, place)
        if (!this.#gone(other) && (scope === 'this' ? other === place : reached)) row.deleted = true
      }
      if (scope !== 'this') this.#series[this.#home(this.#rows[place]!.series)]!.dead = true
      return 'ok'
    })
  }

  /** Moves reminders only; but the occurrence is not taken back any more. */
  snooze(place: number): Outcome {
    if (this.#gone(place)) return 'missing'
    if (!this.isOpen(place)) return 'conflict'
    return this.#change(() => 'ok', place)
  }

  /** The place of the newest change that is not undone; null when there is none. */
  lastStanding(): number | null {
    const place = this.#log.findLastIndex((group) => !group.undone)
    return place === -1 ? null : place
  }

  /** The group at that place of the log, or the newest that is not undone. */
  undo(which: number | null): Outcome {
    const place = which ?? this.lastStanding()
    if (place === null) return 'nothing'
    const group = this.#log[place]!
    if (group.undone) return 'undone'
    const mine = new Set(group.entries.flatMap(partsOf))
    const later = this.#log.slice(place + 1).filter((other) => !other.undone)
    if (later.some(({entries}) => entries.flatMap(partsOf).some((part) => mine.has(part)))) return 'overlaid'
    const before = this.#copy()
    for (const entry of group.entries.toReversed()) {
      if (this.#takeBack(entry)) continue
      this.#restore(before)
      return 'touched'
    }
    group.undone = true
    return 'ok'
  }

  /** The wake-up: what an event of a closed task, or the sweep, leads to. */
  ensure(place: number): void {
    if (this.#gone(place) || this.#rows[place]!.state === 'open') return
    this.#successor(place)
  }

  ensureAll(): void {
    for (const place of this.#rows.keys()) this.ensure(place)
  }

  /** What is stored of the row's series beside the row. */
  seriesOf(place: number): {readonly left: number | null; readonly excluded: string} {
    const {left, start, excluded} = this.#series[this.#rows[place]!.series]!
    const dates = excluded.filter((at) => at > start).toSorted((a, b) => a - b)
    return {left, excluded: dates.join(' ')}
  }

  /** What follows an open occurrence that is done in time; undefined when that is not for sure. */
  following(place: number): number | null | undefined {
    const row = this.#rows[place]!
    if (!this.isOpen(place) || this.#series[row.series]!.anchor === 'completion') return undefined
    return this.#next(row.series, {...row, closedAt: row.occurrence})
  }

  /** Whether a row that is still there has had another version since `before`; done and reopened it says the same. */
  hasNewVersion(place: number, before: ReferenceModel): boolean {
    if (this.#gone(place)) return false
    return this.#log.some(
      (group, n) =>
        group.undone !== before.#log[n]?.undone && group.entries.some((entry) => raisesVersion(entry, place)),
    )
  }

  /** -1 for what this model does not know. */
  placeOf(id: number): number {
    return this.#rows.findIndex((row) => row.id === id)
  }

  setId(place: number, id: number): void {
    this.#rows[place]!.id = id
  }

  #change(work: () => Outcome, also: number | null = null): Outcome {
    const all = this.#copy()
    this.#before = structuredClone({rows: this.#rows, series: this.#series})
    const outcome = work()
    if (outcome !== 'ok') {
      this.#restore(all)
      return outcome
    }
    const made = (): Entry => difference(this.#before!, {rows: this.#rows, series: this.#series})
    const changed = made().rows.map(({place}) => place)
    for (const place of also === null ? changed : [also]) this.#rows[place]!.touched = true
    const entry = made()
    // A second snooze changes nothing that is said here, and is a change of that task all the same.
    const rows = also === null || entry.rows.length > 0 ? entry.rows : [{place: also, old: {}}]
    if (partsOf({...entry, rows}).length > 0) this.#log.push({entries: [{...entry, rows}], undone: false})
    return 'ok'
  }

  #takeBack(entry: Entry): boolean {
    for (const place of entry.madeRows) this.#retract(place)
    for (const place of entry.madeSeries) this.#series[place]!.dead = true
    for (const {place, old} of entry.rows) {
      if (old.state === 'open' && !this.#retractSuccessor(place)) return false
      Object.assign(this.#rows[place]!, old)
    }
    for (const {place, old} of entry.series) {
      const {left} = this.#series[place]!
      Object.assign(this.#series[place]!, old, {left})
    }
    return true
  }

  /** False when somebody has touched what follows. */
  #retractSuccessor(place: number): boolean {
    const successor = this.#rows.findIndex((row) => row.predecessor === place && !row.retracted)
    if (successor === -1) return true
    const {touched, deleted} = this.#rows[successor]!
    if (touched || deleted || !this.isOpen(successor)) return false
    this.#retract(successor)
    return true
  }

  #retract(place: number): void {
    const row = this.#rows[place]!
    row.retracted = true
    const series = this.#series[row.series]!
    if (series.left !== null && row.predecessor !== null) series.left++
  }

  /** Makes what follows a closed row, if anything does and nothing is there yet. */
  #successor(place: number): number | null {
    const row = this.#rows[place]!
    const home = this.#home(row.series)
    const series = this.#series[home]!
    if (series.dead || this.#openIn(home) !== null) return null
    if (this.#rows.some((other) => other.predecessor === place && !other.retracted)) return null
    const next = this.#next(home, row)
    if (next === null) return null
    if (series.left !== null) series.left--
    return this.#push({title: series.title, due: next, occurrence: next, series: home, predecessor: place})
  }

  /** The open occurrence of the series in which a closed row goes on; made now when its event is still under way. */
  #openOf(place: number): number | null {
    const series = this.#rows[place]!.series
    const home = this.#home(series)
    const chain = this.#chain(series)
    this.#ensureFirst([...this.#rows.keys()].filter((other) => chain.has(this.#rows[other]!.series)))
    return this.#series[home]!.dead ? null : this.#openIn(home)
  }

  /** What would have been made without this change too, and is not undone with it. */
  #ensureFirst(places: readonly number[]): void {
    for (const place of places) this.ensure(place)
    this.#before = structuredClone({rows: this.#rows, series: this.#series})
  }

  /** Ends the row's series and begins another one with it. */
  #continue(row: Row, {due, rule, options}: Edit): void {
    const old = this.#series[row.series]!
    const start = due ?? (rule ? row.due : row.occurrence)
    const next = rule ?? {stepDays: old.stepDays, count: this.#countLeft(old, row.occurrence)}
    const series = this.#newSeries(old.title, start, next, options ?? old)
    const moved = start - row.occurrence
    // Another time of the same day: what was skipped stays skipped, at the new time.
    const shift = Math.floor((row.occurrence + moved) / DAY) === Math.floor(row.occurrence / DAY) ? moved : 0
    this.#series[series]!.excluded = old.excluded.map((at) => at + shift).filter((at) => at > start)
    old.continuedBy = series
    Object.assign(row, {series, occurrence: start})
    if (rule) row.due = start
  }

  #renameClosed(series: number, title: string): void {
    const chain = this.#chain(series)
    for (const [place, row] of this.#rows.entries())
      if (chain.has(row.series) && row.state !== 'open' && !this.#gone(place)) row.title = title
  }

  #next(home: number, row: Row): number | null {
    const series = this.#series[home]!
    const step = series.stepDays * DAY
    const excluded = new Set(series.excluded)
    if (series.anchor === 'due') {
      const from = series.catchUp === 'once' ? Math.max(row.occurrence, row.closedAt!) : row.occurrence
      let next = series.start + Math.max(0, Math.floor((from - series.start) / step) + 1) * step
      while (excluded.has(next)) next += step
      return series.last !== null && next > series.last ? null : next
    }
    if (series.left === 0) return null
    for (const other of this.#rows) if (other.series === home && !other.retracted) excluded.add(other.occurrence)
    excluded.add(row.occurrence)
    let next = Math.floor(row.closedAt! / DAY) * DAY + (series.start % DAY) + step
    while (excluded.has(next)) next += step
    return next
  }

  #countLeft(series: Series, occurrence: number): number | null {
    if (series.left !== null) return series.left + 1
    if (series.last === null) return null
    return Math.max(1, Math.floor((series.last - occurrence) / (series.stepDays * DAY)) + 1)
  }

  #newSeries(title: string, start: number, {stepDays, count}: Rule, {anchor, catchUp}: SeriesOptions): number {
    const fromDue = anchor === 'due'
    const last = count !== null && fromDue ? start + (count - 1) * stepDays * DAY : null
    const left = count !== null && !fromDue ? count - 1 : null
    const fresh = {excluded: [], dead: false, continuedBy: null}
    return this.#series.push({title, stepDays, anchor, catchUp, start, last, left, ...fresh}) - 1
  }

  #push(row: Pick<Row, 'title' | 'due' | 'occurrence' | 'series' | 'predecessor'>): number {
    const fresh = {id: null, state: 'open', closedAt: null, deleted: false, retracted: false, touched: false} as const
    return this.#rows.push({...row, ...fresh}) - 1
  }

  #home(series: number): number {
    let home = series
    while (this.#series[home]!.continuedBy !== null) home = this.#series[home]!.continuedBy!
    return home
  }

  /** All series that lead to the same end. */
  #chain(series: number): Set<number> {
    const home = this.#home(series)
    return new Set([...this.#series.keys()].filter((other) => this.#home(other) === home))
  }

  #follows(later: number, place: number): boolean {
    for (let at: number | null = later; at !== null; at = this.#rows[at]!.predecessor) if (at === place) return true
    return false
  }

  #openIn(series: number): number | null {
    const found = this.#rows.findIndex((row, place) => row.series === series && this.isOpen(place))
    return found === -1 ? null : found
  }

  #gone(place: number): boolean {
    const row = this.#rows[place]!
    return row.deleted || row.retracted
  }

  #skipRow(place: number, at: number): void {
    const row = this.#rows[place]!
    close(row, 'skipped', at)
    this.#series[row.series]!.excluded.push(row.occurrence)
  }

  #copy(): {rows: Row[]; series: Series[]; log: Group[]} {
    return structuredClone({rows: this.#rows, series: this.#series, log: this.#log})
  }

  #restore({rows, series, log}: {rows: Row[]; series: Series[]; log: Group[]}): void {
    this.#rows = rows
    this.#series = series
    this.#log = log
  }
}
