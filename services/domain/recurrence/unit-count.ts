/** COUNT of HOURLY rules and finer ones: ways to find the unit in which the last occurrence lies. */
import {LAST_SECOND, SECONDS_PER_DAY} from './calendar.ts'
import {type Days, NO_DAY} from './days.ts'
import {NEVER} from './kernel.ts'
import type {Meetings} from './meetings.ts'
import type {NthUnit, UnitSearch} from './unit-kernel.ts'

/** When nothing limits the steps. */
export function byArithmetic(search: UnitSearch, step: number): NthUnit {
  return (from, count) => search.next(from) + (count - 1) * step
}

/** From unit to unit: for what has no pattern. */
export function oneByOne(search: UnitSearch): NthUnit {
  return (from, count) => {
    let unit = search.next(from)
    for (let left = count; left > 1 && unit !== NEVER; left--) unit = search.next(unit + 1)
    return unit
  }
}

/** Day by day, where `unitsOn` tells at once how many units an allowed day has. */
export function byDays(search: UnitSearch, days: Days, unitsOn: () => (day: number) => number): NthUnit {
  return (from, count) => {
    let left = count - 1
    let unit = search.next(from)
    const firstDay = dayOf(unit)
    for (; left > 0 && dayOf(unit) === firstDay; left--) unit = search.next(unit + 1)
    if (left === 0 || unit === NEVER) return unit
    const countOf = unitsOn()
    const day = days.find(dayOf(unit), (candidate) => {
      const units = countOf(candidate)
      if (left < units) return true
      left -= units
      return false
    })
    return day === NO_DAY ? NEVER : oneByOne(search)(day * SECONDS_PER_DAY, left + 1)
  }
}

function dayOf(second: number): number {
  return Math.floor(second / SECONDS_PER_DAY)
}

/** How many steps begin on a day. */
export function stepsOn(anchor: number, step: number): (day: number) => number {
  return (day) => {
    const beforeEnd = (day + 1) * SECONDS_PER_DAY - 1 - anchor
    return Math.floor(beforeEnd / step) - Math.floor((beforeEnd - SECONDS_PER_DAY) / step)
  }
}

/** When every day is allowed: bisection, because how many meetings there are up to an instant is a sum of divisions. */
export function byMeetings({times, firstDays, period}: Meetings): NthUnit {
  const seconds = period * SECONDS_PER_DAY
  const countUntil = (from: number, until: number) =>
    times.reduce((count, time, at) => {
      const first = firstDays[at]! * SECONDS_PER_DAY + time
      return count + Math.floor((until - first) / seconds) - Math.floor((from - 1 - first) / seconds)
    }, 0)
  return (from, count) => {
    // Each time is met once in every period, so the first `count` meetings end within `count` periods.
    let high = Math.min(from + count * seconds, LAST_SECOND)
    if (countUntil(from, high) < count) return NEVER
    for (let low = from; low < high;) {
      const middle = Math.floor((low + high) / 2)
      if (countUntil(from, middle) < count) low = middle + 1
      else high = middle
    }
    return high
  }
}
