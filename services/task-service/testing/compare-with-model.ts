import {expect} from 'vitest'
import type {ReferenceModel} from './reference-model.ts'
import type {Stored, StoredSeries, StoredTask} from './series-driver.ts'

/** What differs, or null. New rows of the model get their ids from the database on the way. */
export function compareWithModel(model: ReferenceModel, {tasks, series, changes}: Stored): string | null {
  const known = new Set(model.rows.map((row) => row.id))
  const seriesIds = new Map<number, number>()
  for (const [place, row] of model.rows.entries()) {
    const predecessor = row.predecessor === null ? null : model.rows[row.predecessor]!.id
    if (row.id === null) {
      const found = tasks.find((task) => task.predecessor === predecessor && !known.has(task.id))
      if (!found) return `the successor of ${predecessor} is missing: ${JSON.stringify(row)}`
      model.setId(place, found.id)
      known.add(found.id)
    }
    const task = tasks.find(({id}) => id === row.id)
    if (!task) return `task ${row.id} is missing`
    const differing = differingField(model, place, task, series.get(task.series)!)
    if (differing !== null) return differing
    if (row.retracted) continue
    const expected = seriesIds.get(row.series)
    if (expected === undefined) seriesIds.set(row.series, task.series)
    else if (expected !== task.series) return `task ${row.id} is in series ${task.series}, not ${expected}`
  }
  if (new Set(seriesIds.values()).size !== seriesIds.size) return 'two series of the model are one in the database'
  const extra = tasks.find((task) => !known.has(task.id))
  if (extra) return `task ${extra.id} is one too many: ${JSON.stringify(extra)}`
  const doings = changes.map(({undone}) => (undone ? 'x' : 'o')).join('')
  return doings === model.doings ? null : `the changes are ${doings}, not ${model.doings} (x: undone, o: not)`
}

function differingField(
  model: ReferenceModel,
  place: number,
  task: StoredTask,
  storedSeries: StoredSeries,
): string | null {
  const row = model.rows[place]!
  // As if it had never been: how it was then does not matter.
  if (row.retracted) return task.retracted ? null : `task ${row.id} is still there, and should be taken back`
  const following = model.following(place)
  const {series: _series, predecessor: _predecessor, ...facts} = row
  const wanted = {
    ...facts,
    ...model.seriesOf(place),
    // It says whether an open one may be taken back.
    touched: model.isOpen(place) ? row.touched : task.touched,
    next: following === undefined ? task.next : following,
  }
  const got = {...task, left: storedSeries.left, excluded: storedSeries.excluded.join(' ')}
  const difference = Object.entries(wanted).find(([field, value]) => got[field as keyof typeof got] !== value)
  return difference
    ? `${difference[0]} of task ${row.id} is ${got[difference[0] as keyof typeof got]}, not ${difference[1]}`
    : null
}

/** The promises by themselves, whatever the model says. */
export function checkPromises(before: Stored, now: Stored): void {
  const live = liveTasks(now)
  const open = live.filter((task) => task.state === 'open')
  const homes = open.map((task) => home(now, task.series))
  expect(new Set(homes).size, `one open occurrence per series: ${homes.join(' ')}`).toBe(open.length)
  for (const task of now.tasks) {
    const earlier = before.tasks.find(({id}) => id === task.id)
    if (earlier) checkVersion(earlier, task)
    const predecessor = now.tasks.find(({id}) => id === task.predecessor)
    // Later it may be given another rule or date by its user; when it appears it lies behind.
    if (earlier || !predecessor || !now.series.get(task.series)!.once || task.version > 1) continue
    expect(task.occurrence, `task ${task.id} lies behind the end of ${predecessor.id}`).toBeGreaterThan(
      predecessor.closedAt!,
    )
  }
}

function checkVersion(earlier: StoredTask, now: StoredTask): void {
  const {version: old, next: _next, touched: _touched, ...before} = earlier
  const {version, next: _now, touched: _touchedNow, ...after} = now
  if (JSON.stringify(before) === JSON.stringify(after)) expect(version).toBeGreaterThanOrEqual(old)
  else expect(version, `task ${now.id} changed: ${JSON.stringify([earlier, now])}`).toBeGreaterThan(old)
}

/** When every wake-up has arrived: a series that was not ended and has no end has an open occurrence. */
export function checkNothingLost(now: Stored): void {
  const live = liveTasks(now)
  const open = new Set(live.filter((task) => task.state === 'open').map((task) => home(now, task.series)))
  for (const task of live) {
    const series = now.series.get(home(now, task.series))!
    if (!series.deleted && series.endless)
      expect(open.has(series.id), `the series of task ${task.id} has an open occurrence`).toBe(true)
  }
}

const liveTasks = ({tasks}: Stored): StoredTask[] => tasks.filter((task) => !task.deleted && !task.retracted)

function home({series}: Stored, id: number): number {
  let at = id
  while (series.get(at)!.continuedBy !== null) at = series.get(at)!.continuedBy!
  return at
}
