import {readFile} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {join} from 'node:path'
import {Client} from 'pg'
import {expect} from 'vitest'
import type {HostState, ProcessFacts} from '../../../cli/supervisor/host/host-state.ts'
import {answersOk} from '../../../cli/supervisor/host/answers.ts'
import type {HostTarget} from '../stack/host-target.ts'
import {eventually} from '../eventually.ts'
import {Book} from './book.ts'
import {type Leniency, lagProblems, mailFacts, readFindings, taskProblems, withDatabase} from './compare-book.ts'
import {Load, type LoadUser, signUp} from './load.ts'
import {CaughtMails} from './mails.ts'

const USERS = 3
/** The promise is 30 s on a machine that has nothing else to do; a test has to stand one that has a lot. */
export const RECOVERS_WITHIN_MS = 120_000
const PROMISED_MS = 30_000
const QUIET_WITHIN_MS = 180_000
const LOOK_AGAIN_AFTER_MS = 3000

export interface Outcome {
  /** From the end of a fault until everything works, ms; of several faults the longest. */
  readonly slowestRecoveryMs: number
  /** How late the latest reminder came that was booked during the run, ms. */
  readonly latestReminderMs: number
  /** Mails that came again as the same mail: who sends them was killed between a mail and the note about it. */
  readonly mailsTwice: number
}

/** One way of breaking something, under load; resolves when it is over and recovery can begin. */
export type Fault = () => Promise<void>

/** A host target under load, things that can be done to it, and the look at everything afterwards. */
export class FaultHost {
  readonly target: HostTarget
  readonly users: readonly LoadUser[]
  readonly load: Load
  readonly book = new Book()
  readonly #mails: CaughtMails
  readonly #unrecorded = new Set<number>()

  private constructor(target: HostTarget, apiUrl: string, users: readonly LoadUser[]) {
    this.target = target
    this.users = users
    this.load = new Load(apiUrl, users, this.book)
    this.#mails = new CaughtMails(join(target.hostDir, 'mailbox'))
  }

  static async start(target: HostTarget): Promise<FaultHost> {
    await target.bringUp()
    const {api_url: apiUrl} = (await target.state())!
    const users: LoadUser[] = []
    for (let n = 0; n < USERS; n++) users.push(await signUp(apiUrl!))
    return new FaultHost(target, apiUrl!, users)
  }

  async state(): Promise<HostState> {
    return (await this.target.state())!
  }

  async brokers(): Promise<string> {
    return (await this.state()).kafka_brokers!
  }

  async sql<T extends object>(text: string, parameters: unknown[] = []): Promise<T[]> {
    const {database_url: url} = await this.state()
    return await withDatabase(url!, async (client) => (await client.query<T>(text, parameters)).rows)
  }

  /** A transaction that locks these rows, so that nobody else gets on with them; answers with how it is ended. */
  async lock(text: string, parameters: unknown[]): Promise<() => Promise<void>> {
    const {database_url: url} = await this.state()
    const client = new Client({connectionString: url!, application_name: 'fault test'})
    await client.connect()
    await client.query('begin')
    const {rowCount} = await client.query(text, parameters)
    expect(rowCount, 'rows that are locked').toBeGreaterThan(0)
    return async () => await client.end()
  }

  async log(name: string): Promise<string> {
    return await readFile(join(this.target.hostDir, 'state', 'logs', `${name}.log`), 'utf8')
  }

  async process(name: string): Promise<ProcessFacts> {
    return (await this.state()).processes.find((process) => process.name === name)!
  }

  async pidOf(name: string): Promise<number> {
    return await eventually(`${name} runs`, async () => (await this.process(name)).pid)
  }

  /** kill -9, all of them in the same moment. */
  async kill(...names: string[]): Promise<void> {
    const pids = await Promise.all(names.map(async (name) => await this.pidOf(name)))
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await eventually('the state shows it', async () => {
      const {processes} = await this.state()
      return processes.every(({pid}) => pid === null || !pids.includes(pid))
    })
  }

  /** Ended in order, and killed whenever it comes back, for so long. */
  async keepDown(name: string, ms: number): Promise<void> {
    const until = performance.now() + ms
    let known = await this.pidOf(name)
    process.kill(known, 'SIGTERM')
    while (performance.now() < until) {
      const {pid} = await this.process(name)
      if (pid !== null && pid !== known) {
        known = pid
        endIfThere(pid)
      }
      await delay(20)
    }
  }

  /**
   * Breaks things one after the other while the load goes on, measures how long each takes to recover, and compares
   * everything with the book: when it is quiet, and again a while later. What was measured is printed.
   */
  async survive(faults: Readonly<Record<string, Fault>>, {topicsLost = false} = {}): Promise<Outcome> {
    const since = Date.now()
    const {copies: copiesBefore} = mailFacts(this.book, await this.#mails.all(), since)
    const before = {completed: this.book.completed.length, reminders: this.book.reminders.length}
    this.load.putOff.clear()
    this.load.start()
    let slowestRecoveryMs = 0
    try {
      for (const [name, fault] of Object.entries(faults)) {
        await this.#moreIsBooked()
        await fault()
        if (topicsLost) await this.#noteUnrecorded()
        slowestRecoveryMs = Math.max(slowestRecoveryMs, await this.#recover(name))
      }
    } finally {
      await this.load.stop()
    }
    await this.#expectQuiet()
    const {latestMs: latestReminderMs, copies} = mailFacts(this.book, await this.#mails.all(), since)
    const mailsTwice = copies - copiesBefore
    const done = this.book.completed.length - before.completed
    const reminded = this.book.reminders.length - before.reminders
    const putOff = [...this.load.putOff].map(([why, times]) => `${why} ${times}`).join(', ') || 'none'
    say(
      `  ${done} completions, ${reminded} reminders, the latest ${seconds(latestReminderMs)} s late, ${mailsTwice} twice`,
    )
    say(`  requests put off: ${putOff}`)
    return {slowestRecoveryMs, latestReminderMs, mailsTwice}
  }

  /** Enough that the next fault hits work of all kinds. */
  async #moreIsBooked(): Promise<void> {
    const [completed, reminders] = [this.book.completed.length + 9, this.book.reminders.length + 3]
    await eventually(
      'there is a load',
      () => this.book.completed.length >= completed && this.book.reminders.length >= reminders,
      120_000,
    )
  }

  /** Well is: every process says so, and of each user a completion was followed and recorded, and a reminder came. */
  async #recover(name: string): Promise<number> {
    const start = performance.now()
    const [completions, reminders, processes] = await Promise.all(
      [this.#completionsWork(name), this.#remindersWork(name), this.#processesAreWell(name)].map(async (work) => {
        await work
        return performance.now() - start
      }),
    )
    const ms = performance.now() - start
    const parts = `completions ${seconds(completions!)} s, reminders ${seconds(reminders!)} s, processes ${seconds(processes!)} s`
    say(
      `${name}: well again after ${seconds(ms)} s (${parts})${ms > PROMISED_MS ? ', over the 30 s of a quiet machine' : ''}`,
    )
    return ms
  }

  async #completionsWork(name: string): Promise<void> {
    const tasks = await Promise.all(
      this.users.map(async (user) => {
        const task = await this.load.addDaily(user)
        await this.load.complete(user, task)
        return task
      }),
    )
    await this.#until(`after ${name}: completions are followed and recorded`, async () => {
      const rows = await this.sql(
        `select distinct a.task_id from todo.audit_logs a join todo.tasks t on t.predecessor_id = a.task_id
         where a.task_id = any ($1::bigint[]) and a.event_type = 'task.completed'`,
        [tasks.map(({id}) => id)],
      )
      return rows.length === tasks.length
    })
  }

  async #remindersWork(name: string): Promise<void> {
    const tasks = await Promise.all(this.users.map(async (user) => await this.load.remindIn(user, 0)))
    await this.#until(`after ${name}: reminders come`, async () => {
      const mails = await this.#mails.all()
      return tasks.every(({title}) => mails.some(({text}) => text.includes(title)))
    })
  }

  async #processesAreWell(name: string): Promise<void> {
    await this.#until(`after ${name}: all processes are well`, async () => {
      const {processes} = await this.state()
      const well = processes.map(
        async ({state, health_url: url}) => state === 'running' && (url === null || (await answersOk(url))),
      )
      return (await Promise.all(well)).every(Boolean)
    })
  }

  async #until(what: string, look: () => Promise<boolean>): Promise<void> {
    await eventually(what, look, 2 * RECOVERS_WITHIN_MS)
  }

  async #expectQuiet(): Promise<void> {
    let last: string[] = []
    try {
      await eventually(
        'nothing is wrong any more',
        async () => (last = await this.#problems()).length === 0,
        QUIET_WITHIN_MS,
      )
    } catch (error) {
      throw new Error(`Still wrong after ${QUIET_WITHIN_MS / 1000} s: ${last.slice(0, 12).join('; ')}`, {cause: error})
    }
    await delay(LOOK_AGAIN_AFTER_MS)
    expect(await this.#problems(), 'looked at again').toEqual([])
  }

  async #problems(): Promise<string[]> {
    const {database_url: url, kafka_brokers: brokers} = await this.state()
    const leniency: Leniency = {unrecorded: this.#unrecorded}
    const found = await readFindings(
      url!,
      this.users.map((user) => user.userId),
    )
    const problems = [
      ...taskProblems(this.book, found, leniency),
      ...mailFacts(this.book, await this.#mails.all(), 0).problems,
    ]
    return problems.length > 0 ? problems : await lagProblems(brokers!)
  }

  async #noteUnrecorded(): Promise<void> {
    for (const {id} of await this.sql<{id: number}>('select id::float8 as id from todo.tasks')) this.#unrecorded.add(id)
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const seconds = (ms: number): string => (ms / 1000).toFixed(1)

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
