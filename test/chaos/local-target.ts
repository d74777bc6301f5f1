import {TcpProxy} from '../support/faults/tcp-proxy.ts'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {ask, isHealthy} from '../../cli/supervisor/health.ts'
import {freePort} from '../../services/database/server/port.ts'
import {sendSignal} from '../../services/database/server/processes.ts'
import {clusterFolder} from '../../services/local/embedded-database.ts'
import {withDatabase} from '../support/faults/compare-book.ts'
import {type LoadUser, signUp} from '../support/faults/load.ts'
import {CaughtMails} from '../support/faults/mails.ts'
import {LocalTarget} from '../support/local-target.ts'
import type {ChaosTarget, Fault} from './chaos-target.ts'
import {databaseFaults} from './database-faults.ts'
import type {Evidence} from './evidence.ts'
import {apiFaults, hang} from './network-faults.ts'
import type {Random} from './random.ts'
import {localLag, readDatabase, readEventLog} from './read-database.ts'
import {SmallDisk} from './small-disk.ts'

const USERS = 3

/** `todo5 up`: everything in one process beside its PostgreSQL, whose files are on a file system of their own. */
export class ChaosLocal implements ChaosTarget {
  readonly name = 'local'
  readonly users: LoadUser[] = []
  readonly mails: CaughtMails
  readonly leftOut: string[] = []
  readonly faults: Fault[]
  readonly #target: LocalTarget
  #proxy!: TcpProxy
  /** One of its own: at the usual one somebody else's todo5 may answer while this one is away. */
  #apiPort = 0
  #disk: SmallDisk | undefined

  private constructor(target: LocalTarget) {
    this.#target = target
    this.mails = new CaughtMails(join(target.dataDir, 'mailbox'))
    this.faults = this.#faults()
  }

  static async start(): Promise<ChaosLocal> {
    const chaos = new ChaosLocal(await LocalTarget.create())
    try {
      await chaos.#mount()
      await chaos.#up()
      chaos.#proxy = await TcpProxy.start({serverPort: () => chaos.#apiPort})
      for (let n = 0; n < USERS; n++) chaos.users.push(await signUp(chaos.apiUrl()))
      return chaos
    } catch (error) {
      await chaos.stop()
      throw error
    }
  }

  apiUrl(): string {
    return `http://127.0.0.1:${this.#proxy.port}/api/v1`
  }

  async databaseUrl(): Promise<string> {
    return (await this.#target.state()).database_url!
  }

  async isWell(): Promise<boolean> {
    const {operations_url: url} = await this.#target.state()
    return url !== null && (await isHealthy(url))
  }

  async underWay(): Promise<string[]> {
    return await localLag(await this.databaseUrl())
  }

  async evidence(): Promise<Omit<Evidence, 'mails'>> {
    const url = await this.databaseUrl()
    const ids = this.users.map(({userId}) => userId)
    return {...(await readDatabase(url, ids)), ...(await readEventLog(url)), unrecorded: new Set()}
  }

  async metrics(): Promise<ReadonlyMap<string, string>> {
    const {operations_url: url, pid} = await this.#target.state()
    const answer = url === null ? undefined : await ask(`${url}/metrics`)
    return new Map(answer ? [[String(pid), answer.body]] : [])
  }

  async stop(): Promise<void> {
    await this.#proxy?.close()
    if (this.#disk) {
      // Nothing may work in what is unmounted.
      await this.#target.todo5('down')
      for (const {pid} of await this.#target.root.processes()) sendSignal(pid, 'SIGKILL')
      await this.#disk.unmount()
    }
    await this.#target.dispose()
  }

  async #mount(): Promise<void> {
    // Of all data: PostgreSQL's own folder is moved into place when it is made. The mails are there, too.
    try {
      this.#disk = await SmallDisk.mount(this.#target.dataDir)
    } catch (error) {
      this.faults.splice(
        this.faults.findIndex(({kind}) => kind === FULL_DISK),
        1,
      )
      this.leftOut.push(
        `${FULL_DISK}: a file system of its own cannot be mounted here (${(error as Error).message.trim()})`,
      )
    }
  }

  async #up(): Promise<void> {
    this.#apiPort ||= await freePort()
    await this.#target.up('--port', String(this.#apiPort))
  }

  /** Of todo5 itself. */
  async #pid(): Promise<number> {
    return (await this.#target.state()).pid
  }

  async #postmaster(): Promise<number> {
    for (;;) {
      const pid = (await this.#target.state()).postgres?.pid
      if (pid) return pid
      await delay(20)
    }
  }

  #faults(): Fault[] {
    const kill = (...names: ('todo5' | 'PostgreSQL')[]): Fault => ({
      kind: `${names.join(' and ')} killed (-9)`,
      run: async (_random, over) => {
        const pids = await Promise.all(names.map(async (name) => (name === 'todo5' ? this.#pid() : this.#postmaster())))
        for (const pid of pids) sendSignal(pid, 'SIGKILL')
        over()
        if (names.includes('todo5')) await this.#up()
      },
    })
    return [
      kill('todo5'),
      kill('PostgreSQL'),
      kill('todo5', 'PostgreSQL'),
      {kind: 'todo5 hangs (SIGSTOP)', run: async (random) => await hang([await this.#pid()], random)},
      {
        kind: 'todo5 stopped in order and started',
        run: async (_random, over) => {
          await this.#target.json('down')
          over()
          await this.#up()
        },
      },
      ...databaseFaults({
        cluster: clusterFolder(this.#target.dataDir),
        postmaster: async () => this.#postmaster(),
        url: async () => this.databaseUrl(),
      }),
      {kind: FULL_DISK, run: async (random) => await this.#disk!.fill(random)},
      {kind: 'events delivered again, out of order', run: async (random) => await this.#deliverAgain(random)},
      ...apiFaults(() => this.#proxy),
    ]
  }

  /** Copies of events of late, in any order, behind what came since. */
  async #deliverAgain(random: Random): Promise<void> {
    await withDatabase(await this.databaseUrl(), async (client) => {
      await client.query('begin')
      const {rows} = await client.query<{topic: string; partition: number; position: string}>(
        `select topic, partition, position from (
           select * from jobs.event_log where topic not like '%-dlq' order by published_at desc limit 1000
         ) late order by random() limit $1`,
        [random.between(20, 200)],
      )
      // As the relay locks them.
      const byPartition = rows.toSorted((a, b) =>
        a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
      )
      for (const {topic, partition, position} of byPartition) {
        await client.query(
          `with taken as (
             update jobs.partitions set next_position = next_position + 1 where topic = $1 and partition = $2
             returning next_position - 1 as position
           )
           insert into jobs.event_log (topic, partition, position, key, event, traceparent)
           select l.topic, l.partition, taken.position, l.key, l.event, l.traceparent
           from jobs.event_log l, taken where l.topic = $1 and l.partition = $2 and l.position = $3`,
          [topic, partition, position],
        )
      }
      await client.query('commit')
    })
  }
}

const FULL_DISK = 'disk of the database and the mails full'
