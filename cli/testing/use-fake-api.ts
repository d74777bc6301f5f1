import {afterEach, beforeEach, expect} from 'vitest'
import {FakeApi} from './fake-api.ts'
import {NOW, runCli, type RunOptions, type RunResult, transcript} from './run-cli.ts'

/** A task of golden tests: on Mondays and Thursdays, due in six days. */
export const PLANTS = {
  title: 'Water the plants',
  tags: ['home'],
  due_at: '2026-11-26T08:00:00Z',
  recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TH',
} as const

/** Three tasks of golden tests: the plants, one that is due on a day, one without a date. */
export const SOME_TASKS = [
  PLANTS,
  {title: 'Pay the rent', due_at: '2026-12-01T22:59:59Z', due_has_time: false},
  {title: 'Buy stamps'},
] as const

/** Who types commands against a fake API. */
export interface FakeApiUser {
  readonly api: FakeApi
  /** On a terminal of 80 columns, unless said otherwise. */
  readonly run: (line: readonly string[], options?: RunOptions) => Promise<RunResult>
  /** The transcript on that terminal. */
  readonly shown: (...line: string[]) => Promise<string>
  /** The transcript in a pipe. */
  readonly piped: (...line: string[]) => Promise<string>
  /** What --json prints; nothing may stand beside it. */
  readonly json: (...line: string[]) => Promise<unknown>
}

/** Gives each test of a file a fake API of its own, with these tasks. */
export function useFakeApi(...tasks: readonly Parameters<FakeApi['store']['create']>[0][]): FakeApiUser {
  let api: FakeApi
  beforeEach(async () => {
    api = await FakeApi.start(NOW)
    for (const task of tasks) api.store.create(task)
  })
  afterEach(async () => await api.stop())
  const run = async (line: readonly string[], options: RunOptions = {tty: 80}): Promise<RunResult> =>
    await runCli(line, {api: {url: api.url, key: api.key}, ...options})
  return {
    get api() {
      return api
    },
    run,
    shown: async (...line) => transcript(await run(line)),
    piped: async (...line) => transcript(await run(line, {})),
    json: async (...line) => {
      const {stdout, stderr} = await run([...line, '--json'], {})
      expect(stderr).toBe('')
      return JSON.parse(stdout)
    },
  }
}
