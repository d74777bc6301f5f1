import {dirname} from 'node:path'
import {expect, test} from 'vitest'
import {runCli, type RunResult} from '../../cli/testing/run-cli.ts'
import type {SeriesResponse, TaskHistoryResponse} from '../../services/contracts/history.ts'
import type {SkipTaskResponse} from '../../services/contracts/skip-task.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import type {UndoListResponse, UndoResponse} from '../../services/contracts/undo.ts'
import {LocalTarget} from '../support/local-target.ts'

type Shown = TaskResponse & {series: SeriesResponse}

/**
 * One command line after another on a todo5 of its own; dates lie ahead of any clock that runs this. Most run in this
 * process, down to their sockets: one of its own takes each of them a second or more on a busy machine.
 */
class Life {
  readonly target: LocalTarget

  constructor(target: LocalTarget) {
    this.target = target
  }

  async json<T>(...words: string[]): Promise<T> {
    const {code, stdout, stderr} = await this.#run(words)
    expect([code, stderr], words.join(' ')).toEqual([0, ''])
    return JSON.parse(stdout) as T
  }

  async #run(words: readonly string[]): Promise<RunResult> {
    return await runCli([...words, '--json'], {home: dirname(this.target.stateDir), now: Date.now()})
  }

  /** `2 done, 3 open`: all tasks that are there. */
  async all(): Promise<string> {
    const {tasks} = await this.json<TaskListResponse>('task', 'list', 'all')
    return tasks
      .sort((a, b) => a.id - b.id)
      .map((task) => `${task.id} ${task.completed_at ? 'done' : task.skipped_at ? 'skipped' : 'open'}`)
      .join(', ')
  }

  /** Refused: the exit code, and the code in the JSON. */
  async refused(...words: string[]): Promise<[number, string]> {
    const {code, stdout, stderr} = await this.#run(words)
    expect(stderr).toBe('')
    return [code, (JSON.parse(stdout) as {error: {code: string}}).error.code]
  }
}

async function withLife(run: (life: Life) => Promise<void>): Promise<void> {
  const target = await LocalTarget.create()
  try {
    await target.up()
    await run(new Life(target))
  } finally {
    await target.dispose()
  }
}

/** The first three occurrences, and the series that they are in. */
interface Ids {
  readonly first: number
  readonly second: number
  readonly third: number
  readonly seriesId: number | null
}

async function doneAndSkipped(life: Life): Promise<Ids> {
  const added = await life.json<TaskResponse>(
    'task',
    'add',
    'Water the plants',
    '--due=2031-01-06T09:00Z',
    '--repeat=every mon and thu at 9',
    '--tag=home',
  )
  const first = added.id

  // Done and taken back, twice: never two open ones.
  const done = await life.json<CompleteTaskResponse>('done', 'plants')
  expect(done).toMatchObject({completed: {id: first}, next: {due_at: '2031-01-09T09:00:00Z'}, next_pending: false})
  const undone = await life.json<UndoResponse>('undo')
  expect(undone).toMatchObject({undone: {change: 'complete'}, tasks: [{id: first, completed_at: null}]})
  expect(undone.removed_task_ids).toEqual([done.next!.id])
  expect(await life.all()).toBe(`${first} open`)
  const again = await life.json<CompleteTaskResponse>('task', 'done', String(first))
  const second = again.next!.id
  expect(await life.all()).toBe(`${first} done, ${second} open`)

  // A holiday, as the dry run said, and one undo for all of it.
  const until = ['--until', '2031-01-20', '--tag', 'home']
  const rehearsed = await life.json<{dry_run: true; steps: {path: string}[]}>('task', 'skip', ...until, '-n')
  expect(rehearsed.steps.map(({path}) => path)).toEqual([`/tasks/${second}/skip`])
  expect(await life.all()).toBe(`${first} done, ${second} open`)
  const {results} = await life.json<{results: SkipTaskResponse[]}>('task', 'skip', ...until)
  expect(results[0]!.skipped.map(({due_at: at}) => at)).toEqual([
    '2031-01-09T09:00:00Z',
    '2031-01-13T09:00:00Z',
    '2031-01-16T09:00:00Z',
    '2031-01-20T09:00:00Z',
  ])
  expect(results[0]!.next).toMatchObject({due_at: '2031-01-23T09:00:00Z'})
  expect(await life.json<UndoResponse>('undo')).toMatchObject({undone: {change: 'skip'}})
  expect(await life.all()).toBe(`${first} done, ${second} open`)
  expect(await life.refused('task', 'skip', String(second), '--until', '2031-01-08')).toEqual([4, 'nothing_to_skip'])
  const skipped = await life.json<SkipTaskResponse>('task', 'skip', 'plants')
  const third = skipped.next!.id
  expect(skipped.next).toMatchObject({due_at: '2031-01-13T09:00:00Z'})
  return {first, second, third, seriesId: added.series_id}
}

async function edited(life: Life, {third, seriesId}: Ids): Promise<void> {
  // From here on another rule; this one alone is moved; its reminder alone is snoozed.
  const changed = await life.json<TaskResponse>(
    'task',
    'edit',
    'plants',
    '--repeat=every tue at 18:00',
    '--due=2031-01-14T18:00Z',
    '--scope=following',
  )
  expect(changed).toMatchObject({id: third, due_at: '2031-01-14T18:00:00Z'})
  expect(changed.series_id).not.toBe(seriesId)
  expect(await life.refused('task', 'edit', 'plants', '--repeat', 'daily', '--scope', 'this')).toEqual([
    4,
    'rule_needs_scope',
  ])
  expect(await life.json<TaskResponse>('task', 'reschedule', 'plants', '2031-01-15')).toMatchObject({
    due_at: '2031-01-15T18:00:00Z',
    occurrence_at: '2031-01-14T18:00:00Z',
  })
  const snoozed = await life.json<TaskResponse>('task', 'snooze', 'plants', '2h')
  expect(snoozed.due_at).toBe('2031-01-15T18:00:00Z')
  expect(snoozed.reminders.filter(({offset_seconds: offset}) => offset === null)).toHaveLength(1)
  const reminded = await life.json<TaskResponse>('task', 'remind', 'plants', '1d', '10m')
  expect(reminded.reminders.map(({offset_seconds: offset}) => offset)).toEqual(expect.arrayContaining([86_400, 600]))
}

async function lookedAt(life: Life, {first, second, third}: Ids): Promise<void> {
  // How it went so far.
  const shown = await life.json<Shown>('task', 'show', 'plants', '--next', '2')
  expect(shown.series.occurrences.map(({task_id: id, state}) => `${id} ${state}`)).toEqual([
    `${third} open`,
    `${second} skipped`,
    `${first} done`,
  ])
  expect(shown.series).toMatchObject({
    live: true,
    coming: ['2031-01-21T18:00:00Z', '2031-01-28T18:00:00Z'],
    statistics: {done: 1, skipped: 1, missed: 0, completion_rate: 1},
  })
  const text = await life.target.todo5('task', 'show', 'plants')
  expect(text.stdout).toContain('● ○ ◉ · · · · ·')
  // Answered from what the audit log has; that follows within moments.
  await expect
    .poll(
      async () => {
        const {entries} = await life.json<TaskHistoryResponse>('task', 'history', String(third))
        return entries.map(({kind}) => kind)
      },
      {timeout: 90_000, interval: 200},
    )
    .toEqual(expect.arrayContaining(['task.created', 'task.updated', 'reminder.scheduled']))
  expect(await life.refused('task', 'done', String(first))).toEqual([4, 'task_closed'])
  const closed = await life.target.todo5('task', 'done', String(first))
  expect(closed.stderr).toContain(`open in this series: ${third}`)
  const changes = await life.json<UndoListResponse>('undo', '--list')
  expect(changes.changes.slice(0, 3).map(({change}) => change)).toEqual(['update', 'snooze', 'update'])
}

async function deletedAndBack(life: Life, {first, second, third}: Ids): Promise<void> {
  // Several in one request, all or none; then all of the series goes, and comes back.
  const other = await life.json<TaskResponse>('task', 'add', 'Buy stamps')
  expect(await life.refused('done', 'plants', '999999', '--atomic')).toEqual([3, 'task_not_found'])
  const both = await life.json<{results: CompleteTaskResponse[]}>('done', 'plants', 'stamps', '--atomic')
  const fourth = both.results[0]!.next!.id
  expect(both.results.map(({completed}) => completed.id)).toEqual([third, other.id])
  expect(await life.json<UndoResponse>('undo')).toMatchObject({removed_task_ids: [fourth]})
  const before = `${first} done, ${second} skipped, ${third} open, ${other.id} open`
  expect(await life.all()).toBe(before)
  expect(await life.refused('task', 'delete', 'plants')).toEqual([2, 'scope_required'])
  await life.json<TaskResponse>('task', 'delete', 'plants', '--scope', 'all')
  expect(await life.all()).toBe(`${other.id} open`)
  await life.json<UndoResponse>('undo')
  expect(await life.all()).toBe(before)
}

test(
  'add, done, undo, skip, edit, snooze, history, delete: a series by the command line',
  {timeout: 300_000},
  async () => {
    await withLife(async (life) => {
      const ids = await doneAndSkipped(life)
      await edited(life, ids)
      await lookedAt(life, ids)
      await deletedAndBack(life, ids)
      expect(await life.all()).toContain(`${ids.second} skipped, ${ids.third} open`)
    })
  },
)
