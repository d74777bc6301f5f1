import {expect, test} from 'vitest'
import {check} from './check.ts'
import type {Evidence, EventFacts, TaskRow} from './evidence.ts'
import type {AnswerFacts, Entry, Operation} from './ledger.ts'

const USER = '0199a000-0000-7000-8000-000000000001'
const NOW = Date.parse('2026-11-21T12:00:00Z')
const DUE = Date.parse('2036-12-01T09:00:00Z')
const DAY = 24 * 3_600_000

/** A run that went well: a chain that was done once, one that was undone, one that was deleted, and reminders. */
class Run {
  readonly entries: Entry[] = []
  readonly tasks: TaskRow[] = []
  readonly topics: EventFacts[] = []
  readonly mails: Evidence['mails'][number][] = []
  readonly deliveries: Evidence['deliveries'][number][] = []
  #n = 0

  sent(operation: Operation, at = NOW): number {
    this.entries.push({type: 'sent', n: ++this.#n, at, user: USER, key: `key ${this.#n}`, operation})
    return this.#n
  }

  done(operation: Operation, answer: Partial<AnswerFacts>, at = NOW): number {
    const n = this.sent(operation, at)
    this.entries.push({type: 'answered', n, at: at + 10, answer: {tasks: [], next: null, removed: [], ...answer}})
    return n
  }

  row(id: number, facts: Partial<TaskRow>): void {
    this.tasks.push({
      id,
      userId: USER,
      seriesId: null,
      predecessorId: null,
      occurrenceAt: null,
      title: `title ${id}`,
      description: '',
      version: 1,
      completed: false,
      skipped: false,
      deleted: false,
      retracted: false,
      ...facts,
    })
  }

  events(taskId: number, ...types: string[]): void {
    for (const [place, type] of types.entries()) this.event({taskId, type, version: place + 1})
  }

  event(facts: Pick<EventFacts, 'taskId' | 'type' | 'version'> & Partial<EventFacts>): void {
    const topic = facts.type.startsWith('reminder.') ? 'reminders' : 'task-events'
    this.topics.push({eventId: `e${this.topics.length}`, topic, reminderId: null, revision: null, ...facts})
  }

  mail(title: string, receivedAt: number, messageId = `<${title}>`): void {
    this.mails.push({messageId, text: `Reminder: ${title}\n${title}\n`, receivedAt})
  }

  violations(change: Partial<Evidence> = {}): string[] {
    const evidence: Evidence = {
      tasks: this.tasks,
      audit: this.topics,
      topics: this.topics,
      deliveries: this.deliveries,
      mails: this.mails,
      outbox: 0,
      deadLetters: 0,
      unrecorded: new Set(),
      ...change,
    }
    return check(this.entries, evidence).violations.map(({kind, about, found}) => `${kind}: ${about}: ${found}`)
  }
}

const rule = {everyDays: 2, count: null}
const shown = (id: number, version: number) => ({tasks: [{id, version}]})

function goodRun(): Run {
  const run = new Run()
  const create = (chain: string, remindAt: number | null = null) =>
    ({op: 'create', chain, dueAt: DUE, rule: remindAt === null ? rule : null, remindAt}) as const
  // 1, completed; 2 follows and is edited; it is completed while nothing is known of what follows, 3.
  run.done(create('A'), shown(1, 1))
  run.done({op: 'complete', chain: 'A', task: 1, place: 0}, {...shown(1, 2), next: {id: 2, version: 1}})
  run.done({op: 'edit', chain: 'A', task: 2, place: 1, description: 'new'}, shown(2, 2))
  run.done({op: 'complete', chain: 'A', task: 2, place: 1}, shown(2, 3))
  const series = {seriesId: 1}
  run.row(1, {...series, occurrenceAt: DUE, completed: true, version: 2})
  run.row(2, {
    ...series,
    predecessorId: 1,
    occurrenceAt: DUE + 2 * DAY,
    completed: true,
    version: 3,
    description: 'new',
  })
  run.row(3, {...series, predecessorId: 2, occurrenceAt: DUE + 4 * DAY})
  run.events(1, 'task.created', 'task.completed')
  run.events(2, 'task.created', 'task.updated', 'task.completed')
  run.events(3, 'task.created')
  // 4, skipped and taken back with 5 that had followed; deleted in the end.
  run.done(create('B'), shown(4, 1))
  const skip = run.done({op: 'skip', chain: 'B', task: 4, place: 0}, {...shown(4, 2), next: {id: 5, version: 1}})
  run.done({op: 'undo', chain: 'B', of: skip}, {...shown(4, 3), removed: [5]})
  run.done({op: 'delete', chain: 'B', task: 4, place: 0, scope: 'following'}, shown(4, 4))
  run.row(4, {seriesId: 2, occurrenceAt: DUE, deleted: true, version: 4})
  run.row(5, {seriesId: 2, predecessorId: 4, occurrenceAt: DUE + 2 * DAY, retracted: true, version: 2})
  run.events(4, 'task.created', 'task.skipped', 'task.reopened', 'task.deleted')
  run.events(5, 'task.created', 'task.deleted')
  // 6 reminds; 7 is moved in time; 8 is snoozed when its mail may be on its way.
  run.done(create('C', NOW + 5000), shown(6, 1))
  run.mail('C', NOW + 5100)
  run.done(create('D', NOW + 5000), shown(7, 1))
  run.done({op: 'move', chain: 'D', task: 7, place: 0, dueAt: DUE, remindAt: NOW + 9000}, shown(7, 2), NOW + 1000)
  run.mail('D', NOW + 9100)
  run.done(create('E', NOW + 1000), shown(8, 1))
  run.done({op: 'snooze', chain: 'E', task: 8, place: 0, remindAt: NOW + 9000}, shown(8, 1), NOW + 1000)
  run.mail('E', NOW + 9200)
  for (const id of [6, 7, 8]) run.row(id, {version: id === 7 ? 2 : 1})
  run.events(6, 'task.created')
  run.events(7, 'task.created', 'task.updated')
  run.events(8, 'task.created')
  run.event({taskId: 6, type: 'reminder.sent', version: 1, reminderId: 60, revision: 1})
  run.deliveries.push({reminderId: 60, revision: 1, taskId: 6, messageId: '<C>'})
  return run
}

const without = <T>(list: readonly T[], unwanted: (entry: T) => boolean): T[] =>
  list.filter((entry) => !unwanted(entry))

test('a run that went well breaks no promise', () => {
  const run = goodRun()
  expect(run.violations()).toEqual([])
  expect(check(run.entries, {...evidenceOf(run), topics: [...run.topics, run.topics[0]!]})).toMatchObject({
    violations: [],
    operations: 13,
    reminders: 3,
    lateMs: [100, 100, 200],
    events: run.topics.length,
    eventCopies: 1,
  })
})

const evidenceOf = (run: Run): Evidence => ({
  tasks: run.tasks,
  audit: run.topics,
  topics: run.topics,
  deliveries: run.deliveries,
  mails: run.mails,
  outbox: 0,
  deadLetters: 0,
  unrecorded: new Set(),
})

test('a deleted occurrence is reported', () => {
  const run = goodRun()
  const {tasks, topics} = run
  expect(run.violations({tasks: without(tasks, ({id}) => id === 3)})).toEqual([
    'lost: task 2: it is completed and nothing follows',
  ])
  expect(run.violations({tasks: without(tasks, ({id}) => id === 6)})).toEqual([
    'lost: task 6: it was acknowledged and is not there',
  ])
  // Gone without a trace, with its events.
  const traceless = without(topics, ({taskId}) => taskId === 3)
  expect(run.violations({tasks: without(tasks, ({id}) => id === 3), topics: traceless, audit: traceless})).toEqual([
    'lost: task 2: it is completed and nothing follows',
  ])
})

test('a change that was acknowledged and is not there is reported', () => {
  const run = goodRun()
  const changed = (id: number, change: Partial<TaskRow>) =>
    run.violations({tasks: run.tasks.map((row) => (row.id === id ? {...row, ...change} : row))})
  expect(changed(4, {deleted: false})).toEqual([
    'lost: task 4: it is {"state":"open","deleted":false,"retracted":false} in place of {"state":"open","deleted":true,"retracted":false}',
  ])
  expect(changed(2, {description: ''})).toEqual(['lost: task 2: it says "" in place of "new"'])
  expect(changed(3, {occurrenceAt: DUE})).toEqual([
    'lost: task 3: it stands at 2036-12-01T09:00:00.000Z in place of 2036-12-05T09:00:00.000Z',
    `double occurrence: task 1, 3: 2 rows of series 1 at ${DUE}`,
  ])
  expect(changed(8, {version: 2})).toEqual([
    'lost: task 8: it has version 2, the last answer said 1',
    'lost: task 8: no event of version 2 is on record',
  ])
})

test('a second occurrence is reported, whatever it hangs on', () => {
  const copy = (id: number, change: Partial<TaskRow>) => {
    const run = goodRun()
    run.row(99, {...run.tasks.find((row) => row.id === id)!, id: 99, ...change})
    run.events(99, 'task.created')
    return run.violations()
  }
  expect(copy(3, {})).toContain('double occurrence: task 2: it is followed by 2 occurrences: 3, 99')
  expect(copy(3, {})).toContain('double occurrence: task 3, 99: 2 open occurrences of series 1')
  expect(copy(3, {predecessorId: null, seriesId: null})).toContain(
    'double occurrence: task 99: nobody asked for it: "title 3"',
  )
  expect(copy(6, {})).toContain('double occurrence: task 6, 99: 2 tasks were added for title 6')
  const run = goodRun()
  expect(run.violations({tasks: run.tasks.map((row) => (row.id === 5 ? {...row, retracted: false} : row))})).toEqual([
    'double occurrence: task 4: it is followed by 1 occurrences: 5',
    'double occurrence: task 5: it was taken back and is there',
  ])
})

test('a mail that is missing, doubled, early or called off is reported', () => {
  const mails = (change: (run: Run) => void): string[] => {
    const run = goodRun()
    change(run)
    return run.violations()
  }
  expect(mails((run) => run.mails.shift())).toEqual([
    'reminder lost: task 6 "C": 0 mails came, one was due at 2026-11-21T12:00:05.000Z',
  ])
  expect(mails((run) => run.mail('C', NOW + 6000, '<another>'))).toEqual([
    'reminder double: task 6 "C": 2 mails came in place of 1',
  ])
  expect(mails((run) => run.mail('C', NOW + 6000))).toEqual([
    'reminder double: <C>: this mail came twice while nothing was broken',
  ])
  const early = mails((run) => (run.mails[0] = {...run.mails[0]!, receivedAt: NOW + 4999}))
  expect(early).toEqual([
    'reminder early: task 6 "C": mails came at 2026-11-21T12:00:04.999Z for 2026-11-21T12:00:05.000Z',
  ])
  // Of E the time that was left may have come too, of D it was called off in time.
  expect(mails((run) => run.mail('E', NOW + 1005, '<E 1>'))).toEqual([])
  expect(mails((run) => run.mail('D', NOW + 5005, '<D 1>'))).toEqual([
    'reminder double: task 7 "D": 2 mails came in place of 1',
  ])
  const first = mails((run) => (run.mails[2] = {...run.mails[2]!, receivedAt: NOW + 1005}))
  expect(first).toEqual([expect.stringContaining('reminder lost: task 8 "E"')])
  expect(mails((run) => run.mail('nobody', NOW))).toEqual(['reminder double: <nobody>: nobody asked for this mail'])
})

test('the same mail twice is a copy when something was broken in between', () => {
  const run = goodRun()
  run.mail('C', NOW + 6000)
  run.entries.push({type: 'fault', kind: 'killed', at: NOW + 5500, endedAt: NOW + 5600, recoveryMs: 100})
  const verdict = check(run.entries, evidenceOf(run))
  expect([verdict.violations, verdict.mailCopies]).toEqual([[], 1])
})

test('two versions in the wrong order are reported, on record and in the topic', () => {
  const run = goodRun()
  const swapped = run.topics.toSpliced(0, 2, run.topics[1]!, run.topics[0]!)
  const found = (where: string) => `order: event e0: task-events of task 1 ${where}: version 1 after 2`
  expect(run.violations({audit: swapped})).toEqual([found('on record')])
  expect(run.violations({topics: swapped})).toEqual([found('in the topic')])
  // A copy may come at any time.
  expect(run.violations({topics: [...run.topics, run.topics[0]!]})).toEqual([])
})

test('an event that is lost is reported, wherever it is missing', () => {
  const run = goodRun()
  const less = without(run.topics, ({eventId}) => eventId === 'e1')
  expect(run.violations({audit: less})).toEqual([
    'lost: task 1: no event of version 2 is on record',
    'lost: event e1: task.completed of task 1 is not on record',
  ])
  expect(run.violations({topics: less})).toEqual(['lost: event e1: task.completed of task 1 is not in its topic'])
  expect(run.violations({audit: less, topics: less})).toEqual(['lost: task 1: no event of version 2 is on record'])
  expect(run.violations({audit: less, topics: less, unrecorded: new Set([1])})).toEqual([])
  const unsent = without(run.topics, ({type}) => type === 'reminder.sent')
  expect(run.violations({audit: unsent, topics: unsent})).toEqual([
    'lost: task 6: reminder 60 was sent and no reminder.sent is on record',
  ])
  expect(run.violations({audit: [...run.topics, run.topics.at(-1)!]})).toEqual([
    `lost: event e${run.topics.length - 1}: it is on record twice`,
  ])
  expect(run.violations({outbox: 2, deadLetters: 1})).toEqual([
    'lost: the outbox: 2 events still wait in it',
    'dead letter: the dead letters: there are 1',
  ])
})

test('an operation of which nobody knows what became is reported', () => {
  const run = goodRun()
  const n = run.sent({op: 'skip', chain: 'A', task: 3, place: 2})
  run.entries.push({type: 'unknown', n, at: NOW, why: 'no connection'})
  expect(run.violations()).toEqual([
    `unresolved: operation ${n}: nobody knows what became of {"op":"skip","chain":"A","task":3,"place":2}`,
  ])
  run.entries.push({type: 'refused', n, at: NOW, status: 409, code: 'conflict'})
  expect(run.violations()).toEqual([])
})
