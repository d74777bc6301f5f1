/** Where the library rrule 2.8.1 reads a rule otherwise than RFC 5545, or never comes back; each with an example. */
export interface RruleShape {
  readonly shape: string
  readonly reason: string
  /** Whether a rule has the shape. */
  readonly has: (rule: string) => boolean
  readonly example: {readonly rule: string; readonly start: string}
  /** The example makes rrule loop for ever (or for minutes), so it must never be given to it. */
  readonly hangs?: true
}

const part = (rule: string, name: string) => new RegExp(`(?:^|;)${name}=([^;]*)`).exec(rule)?.[1]
const unsorted = (values: string | undefined) =>
  values !== undefined && values.split(',').some((value, at, all) => at > 0 && Number(value) <= Number(all[at - 1]))

export const RRULE_SHAPES: readonly RruleShape[] = [
  {
    shape: 'BYDAY mixes plain and numbered weekdays',
    reason: 'takes the intersection where the RFC lists alternatives: BYDAY=2SA,FR gives nothing (jkbrzt/rrule#71)',
    has: (rule) => /[,=][A-Z]{2}/.test(`=${part(rule, 'BYDAY') ?? ''}`) && /\d/.test(part(rule, 'BYDAY') ?? ''),
    example: {rule: 'FREQ=MONTHLY;BYDAY=2SA,FR', start: '1999-02-05T00:07:03Z'},
  },
  {
    shape: 'HOURLY or finer, limited to hours, minutes or seconds',
    reason: 'adds whole hours when it skips, which loses the phase of INTERVAL (#373, #400, #600)',
    has: (rule) => /HOURLY|MINUTELY|SECONDLY/.test(rule) && /BYHOUR|BYMINUTE|BYSECOND/.test(rule),
    example: {rule: 'FREQ=MINUTELY;INTERVAL=7;BYHOUR=6', start: '2017-11-02T06:04:00Z'},
  },
  {
    shape: 'HOURLY or finer whose INTERVAL steps over every allowed time',
    reason: 'looks for ever; it has no end of the search (#438, #653)',
    has: (rule) => /HOURLY|MINUTELY|SECONDLY/.test(rule) && /BYHOUR|BYMINUTE|BYSECOND/.test(rule),
    example: {rule: 'FREQ=HOURLY;INTERVAL=2;BYHOUR=18', start: '2026-11-20T09:00:00Z'},
    hangs: true,
  },
  {
    shape: 'BYSETPOS',
    reason:
      'repeats an instant that two positions choose, takes the first element when a negative position lies beyond the set, and cuts the first week at DTSTART (#461)',
    has: (rule) => rule.includes('BYSETPOS'),
    example: {rule: 'FREQ=YEARLY;BYHOUR=21,23;BYSETPOS=2,-1', start: '2006-12-26T23:58:00Z'},
  },
  {
    shape: 'BYWEEKNO without BYDAY',
    reason: 'takes all seven days of the week; we take the weekday of DTSTART, as for every other missing part',
    has: (rule) => rule.includes('BYWEEKNO') && !rule.includes('BYDAY'),
    example: {rule: 'FREQ=YEARLY;BYWEEKNO=2', start: '2009-01-09T00:12:00Z'},
  },
  {
    shape: 'BYWEEKNO=±52 or ±53',
    reason: 'judges the first days of January by the length of the wrong year',
    has: (rule) => /BYWEEKNO=[^;]*5[23]/.test(rule),
    example: {rule: 'FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA,SU', start: '2010-12-01T09:00:00Z'},
  },
  {
    shape: 'times in a list that is not sorted',
    reason: 'uses BYHOUR, BYMINUTE, BYSECOND in the order in which they are written (#647)',
    has: (rule) => ['BYHOUR', 'BYMINUTE', 'BYSECOND'].some((name) => unsorted(part(rule, name))),
    example: {rule: 'FREQ=DAILY;BYHOUR=18,12', start: '2026-11-20T09:00:00Z'},
  },
  {
    shape: 'UNTIL as a date',
    reason: 'reads midnight at the beginning of that day, so that the day itself is left out',
    has: (rule) => /UNTIL=\d{8}(?:;|$)/.test(rule),
    example: {rule: 'FREQ=DAILY;UNTIL=20261121', start: '2026-11-20T09:00:00Z'},
  },
]
