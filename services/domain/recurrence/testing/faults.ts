/**
 * Twenty ways to get the engine wrong, as changes of its source text: `find` stands there exactly once and becomes
 * `replace`. They are made in a copy, so that the engine itself has no switch for them.
 */
export interface Fault {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'WKST is ignored',
    file: 'calendar.ts',
    find: 'return day - ((weekdayOf(day) - wkst + 7) % 7)',
    replace: 'return day - (weekdayOf(day) % 7)',
  },
  {
    name: 'BYSETPOS is off by one',
    file: 'positions.ts',
    find: 'if (position > index) best = Math.min(best, position - 1)',
    replace: 'if (position >= index) best = Math.min(best, position)',
  },
  {
    name: 'a BYSETPOS from the end beyond the set takes the first',
    file: 'positions.ts',
    find: 'if (size + position >= index) best = Math.min(best, size + position)',
    replace: 'if (Math.max(0, size + position) >= index) best = Math.min(best, Math.max(0, size + position))',
  },
  {
    name: 'BYSETPOS starts to count at DTSTART',
    file: 'set-kernel.ts',
    find: 'period === into ? this.#rank(this.#periods.firstDay(period), second) : 0',
    replace: '0',
  },
  {
    name: 'BYSETPOS from the end is ignored in a day',
    file: 'time-lists.ts',
    find: 'positions.includes(at + 1) || positions.includes(at - times.length)',
    replace: 'positions.includes(at + 1)',
  },
  {
    name: '1900 and 2100 are leap years',
    file: 'calendar.ts',
    find: '(year % 100 !== 0 || year % 400 === 0)',
    replace: 'true',
  },
  {
    name: 'a month has 30 days from its end',
    file: 'day-tables.ts',
    find: 'const bit = day > 0 ? day - 1 : length + day\n      if (bit >= 0',
    replace: 'const bit = day > 0 ? day - 1 : 30 + day\n      if (bit >= 0',
  },
  {
    name: 'the 31st falls on the last day of a shorter month',
    file: 'day-tables.ts',
    find: 'const bit = day > 0 ? day - 1 : length + day\n      if (bit >= 0',
    replace: 'const bit = day > 0 ? Math.min(day, length) - 1 : length + day\n      if (bit >= 0',
  },
  {
    name: 'plain and numbered BYDAY intersect instead of joining',
    file: 'day-tables.ts',
    find: '|= ordinal === 0 ? everyWeek(offset) : nthBit(offset, ordinal, length)',
    replace: '|= ordinal === 0 ? 0 : nthBit(offset, ordinal, length)',
  },
  {
    name: 'numbered weekdays of a year are those of its months',
    file: 'day-filter.ts',
    find: "ordinals && freq === 'YEARLY' && byMonth.length === 0",
    replace: 'ordinals && freq === null',
  },
  {
    name: 'BYYEARDAY counts from the end of a common year',
    file: 'day-tables.ts',
    find: 'const index = day > 0 ? day - 1 : length + day',
    replace: 'const index = day > 0 ? day - 1 : 365 + day',
  },
  {
    name: 'week 1 is the one with 1 January',
    file: 'week-numbers.ts',
    find: 'return weekStart(january + 3, this.#wkst)',
    replace: 'return weekStart(january, this.#wkst)',
  },
  {
    name: 'the first days of January belong to no week of the year before',
    file: 'week-numbers.ts',
    find: 'number = (weekOne - this.#weekOne(firstDayOfYear(year - 1))) / 7',
    replace: 'number = 53',
  },
  {
    name: 'INTERVAL of weeks counts from DTSTART, not from WKST',
    file: 'cadence.ts',
    find: 'new DayStride(weekStart(startDay, wkst), interval * 7, 7)',
    replace: 'new DayStride(startDay, interval * 7, 7)',
  },
  {
    name: 'INTERVAL of months loses its phase',
    file: 'cadence.ts',
    find: 'const month = monthAndDay(startDay) >> 5',
    replace: 'const month = 0',
  },
  {
    name: 'INTERVAL of minutes begins anew every day',
    file: 'unit-steps.ts',
    find: 'from = allowedDay * SECONDS_PER_DAY',
    replace: 'return allowedDay * SECONDS_PER_DAY',
  },
  {
    name: 'times that drift come a step late',
    file: 'meetings.ts',
    find: 'return Math.floor((anchor + k * step) / SECONDS_PER_DAY)',
    replace: 'return Math.floor((anchor + (k + 1) * step) / SECONDS_PER_DAY)',
  },
  {
    name: 'an earlier time of the next day is skipped',
    file: 'day-kernel.ts',
    find: 'return day * SECONDS_PER_DAY + this.#firstTime',
    replace: 'return day * SECONDS_PER_DAY + Math.max(this.#firstTime, time)',
  },
  {
    name: 'COUNT counts one too many',
    file: 'compile.ts',
    find: 'kernel.nth(start, count)',
    replace: 'kernel.nth(start, count + 1)',
  },
  {
    name: 'UNTIL is exclusive',
    file: 'compile.ts',
    find: 'Math.floor(until / 1000)',
    replace: 'Math.floor(until / 1000) - 1',
  },
  {
    name: 'YEARLY with BYMONTHDAY happens in the month of DTSTART only',
    file: 'implied-parts.ts',
    find: "if (freq === 'DAILY' || !openDay) return withTimes(rule, start)",
    replace:
      "if (freq === 'YEARLY' && byMonthDay.length > 0 && byMonth.length === 0) return withTimes({...rule, byMonth: [((monthAndDay(day) >> 5) % 12) + 1]}, start)\n  if (freq === 'DAILY' || !openDay) return withTimes(rule, start)",
  },
  {
    name: 'after includes the instant itself',
    file: 'plan.ts',
    find: 'const second = Math.floor(milliseconds(instant) / 1000) + 1',
    replace: 'const second = Math.ceil(milliseconds(instant) / 1000)',
  },
]
