/** The rules that are measured. */
import {randomNumbers} from '../../../services/domain/recurrence/testing/random-rule.ts'

/** The instant that counts as now: figures do not depend on the day of the run. */
export const NOW = Date.UTC(2026, 10, 20, 10)
const DAY = 86_400_000

export interface Task {
  readonly rule: string
  readonly start: number
}

const MIX: readonly [share: number, rules: readonly string[]][] = [
  [0.3, ['FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2', 'FREQ=DAILY;INTERVAL=3', 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR']],
  [0.35, ['FREQ=WEEKLY', 'FREQ=WEEKLY;BYDAY=MO,WE,FR', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', 'FREQ=WEEKLY;BYDAY=SA,SU']],
  [
    0.2,
    ['FREQ=MONTHLY;BYMONTHDAY=1', 'FREQ=MONTHLY;BYMONTHDAY=-1', 'FREQ=MONTHLY;BYDAY=2TU', 'FREQ=MONTHLY;BYDAY=-1FR'],
  ],
  [0.08, ['FREQ=YEARLY', 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH']],
  [0.05, ['FREQ=HOURLY', 'FREQ=HOURLY;INTERVAL=6']],
  [0.02, ['FREQ=MINUTELY;INTERVAL=15']],
]

/** 10,000 recurring tasks as people have them: shares by frequency, ages from 0 to 5 years. */
export function mixOfTasks(count = 10_000): Task[] {
  const random = randomNumbers(10_000)
  return Array.from({length: count}, () => {
    let share = random()
    const [, rules] = MIX.find(([part]) => (share -= part) < 0) ?? MIX[0]!
    const rule = rules[Math.floor(random() * rules.length)]!
    return {rule, start: Math.floor((NOW - random() * 5 * 365 * DAY) / 1000) * 1000}
  })
}

/** Rules by name, each measured young (3 days) and old (30 years). */
export const RULES: readonly string[] = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3',
  'FREQ=WEEKLY;BYDAY=FR',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR',
  'FREQ=MONTHLY',
  'FREQ=MONTHLY;BYMONTHDAY=-1',
  'FREQ=MONTHLY;BYDAY=2TU',
  'FREQ=MONTHLY;BYDAY=-1FR',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY',
  'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
  'FREQ=HOURLY;INTERVAL=6',
  'FREQ=MINUTELY;INTERVAL=15',
]

export const AGES: readonly [name: string, start: number][] = [
  ['3 days', NOW - 3 * DAY - 3_600_000],
  ['30 years', NOW - 30 * 365 * DAY - 3_600_000],
]

/** Accepted rules that make a search long, and rules that take a proof to be refused. */
export const HARD_RULES: readonly string[] = [
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=DAILY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=29',
  'FREQ=DAILY;INTERVAL=487;BYMONTHDAY=31',
  'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTHDAY=31',
  'FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,6,12,18;BYSETPOS=-366,366',
  'FREQ=WEEKLY;INTERVAL=52;BYMONTH=2;BYDAY=MO,SU;BYSETPOS=2',
  'FREQ=MINUTELY;INTERVAL=1439;BYHOUR=6;BYMINUTE=1;BYDAY=TU',
  'FREQ=SECONDLY;INTERVAL=7;BYHOUR=7;BYMINUTE=8;BYSECOND=9;BYMONTHDAY=31',
  'FREQ=SECONDLY;INTERVAL=12090;BYMONTH=3;BYMONTHDAY=9,-12,24;BYDAY=TU;BYHOUR=4,22,10;BYMINUTE=56',
  'FREQ=HOURLY;INTERVAL=103;BYHOUR=12;BYMONTHDAY=31;BYDAY=SA',
  'FREQ=DAILY;COUNT=100000',
  'FREQ=MINUTELY;BYMONTH=1;BYDAY=MO;COUNT=100000',
  'FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=-1;COUNT=100000',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=DAILY;INTERVAL=61;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=YEARLY;BYWEEKNO=53;BYMONTHDAY=15',
  'FREQ=MONTHLY;INTERVAL=3;BYMONTH=2,3;BYMONTHDAY=8',
  'FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,3,5,7,9,11',
]
