import {TcpProxy} from '../support/faults/tcp-proxy.ts'
import {execFile} from 'node:child_process'
import {rename, rm} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {answersOk} from '../../cli/supervisor/host/answers.ts'
import type {HostState} from '../../cli/supervisor/host/host-state.ts'
import {ask} from '../../cli/supervisor/health.ts'
import type {StackPrograms} from '../../cli/toolchain/stack-programs.ts'
import {TOPICS} from '../../services/domain/events/event-types.ts'
import {freePort} from '../../services/database/server/port.ts'
import {sendSignal} from '../../services/database/server/processes.ts'
import {clusterFolder} from '../../services/local/embedded-database.ts'
import {lagProblems, withDatabase} from '../support/faults/compare-book.ts'
import {daprdBehind, startKafkaProxy} from '../support/faults/kafka-proxy.ts'
import {type LoadUser, signUp} from '../support/faults/load.ts'
import {CaughtMails} from '../support/faults/mails.ts'
import {withAdmin} from '../support/faults/topics.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {makeStackRoot, type StackRoot} from '../support/stack/stack-root.ts'
import {eventually} from '../support/eventually.ts'
import type {ChaosTarget, Fault} from './chaos-target.ts'
import {databaseFaults} from './database-faults.ts'
import type {Evidence} from './evidence.ts'
import {deliverAgain, readTopics} from './host-topics.ts'
import {apiFaults, hang} from './network-faults.ts'
import {readDatabase} from './read-database.ts'
import {SmallDisk} from './small-disk.ts'

const run = promisify(execFile)
const FULL_DISK = 'disk of the database full'

const USERS = 3
/** Those whose sidecar finds Kafka through a proxy. */
const PROXIED = ['task-service', 'recurring-task-service', 'notification-service', 'audit-service'] as const
const SERVICES = [...PROXIED, 'chat-api'] as const
const KILLED = [...SERVICES, ...SERVICES.map((name) => `daprd-${name}`), 'kafka', 'scheduler', 'postgresql']
/** The readers look every 5 s whether their topics are there (dapr/README.md). */
const TOPICS_GONE_MS = 15_000

/** `todo5 up host`: each service a process beside its sidecar, with Kafka, the scheduler and PostgreSQL. */
export class ChaosHost implements ChaosTarget {
  readonly name = 'host'
  readonly users: LoadUser[] = []
  readonly mails: CaughtMails
  readonly leftOut: string[] = []
  readonly faults: Fault[]
  readonly #root: StackRoot
  readonly #target: HostTarget
  readonly #kafka: ReadonlyMap<string, TcpProxy>
  readonly #unrecorded = new Set<number>()
  #proxy: TcpProxy | undefined
  #apiPort = 0
  #disk: SmallDisk | undefined

  private constructor(root: StackRoot, target: HostTarget, kafka: ReadonlyMap<string, TcpProxy>) {
    this.#root = root
    this.#target = target
    this.#kafka = kafka
    this.mails = new CaughtMails(join(target.hostDir, 'mailbox'))
    this.faults = [
      ...KILLED.map((name) => this.#killed(`${name} killed (-9)`, () => [name])),
      this.#killed('all processes killed (-9)', ({processes}) => processes.map(({name}) => name)),
      this.#everythingKilled(),
      ...this.#hanging(),
      ...databaseFaults({
        cluster: clusterFolder(target.hostDir),
        postmaster: async () => await this.#pidOf('postgresql'),
        url: async () => await this.databaseUrl(),
      }),
      ...this.#kafkaFaults(),
      ...apiFaults(() => this.#proxy!),
    ]
  }

  static async start(programs: StackPrograms): Promise<ChaosHost> {
    const root = await makeStackRoot()
    let target: HostTarget | undefined
    const kafkaPort = async (): Promise<number> =>
      (await target!.state())!.processes.find(({name}) => name === 'kafka')!.port!
    const kafka = new Map<string, TcpProxy>()
    for (const app of PROXIED) kafka.set(app, await startKafkaProxy(kafkaPort))
    const ports = Object.fromEntries([...kafka].map(([app, {port}]) => [`daprd-${app}`, port]))
    target = await HostTarget.below(root.path, {
      programs: {...programs, daprd: await daprdBehind(programs.daprd, ports, root.path)},
    })
    const chaos = new ChaosHost(root, target, kafka)
    try {
      await chaos.#up()
      await chaos.#moveDatabase()
      chaos.#proxy = await TcpProxy.start({serverPort: () => chaos.#apiPort})
      for (let n = 0; n < USERS; n++) chaos.users.push(await signUp(chaos.apiUrl()))
      return chaos
    } catch (error) {
      await chaos.stop()
      throw error
    }
  }

  apiUrl(): string {
    return `http://127.0.0.1:${this.#proxy!.port}/api/v1`
  }

  async databaseUrl(): Promise<string> {
    return (await this.#state()).database_url!
  }

  async isWell(): Promise<boolean> {
    const {processes} = await this.#state()
    const well = processes.map(
      async ({state, health_url: url}) => state === 'running' && (url === null || (await answersOk(url))),
    )
    return (await Promise.all(well)).every(Boolean)
  }

  async underWay(): Promise<string[]> {
    return await lagProblems(await this.#brokers())
  }

  async evidence(): Promise<Omit<Evidence, 'mails'>> {
    const ids = this.users.map(({userId}) => userId)
    return {
      ...(await readDatabase(await this.databaseUrl(), ids)),
      ...(await readTopics(await this.#brokers())),
      unrecorded: this.#unrecorded,
    }
  }

  async metrics(): Promise<ReadonlyMap<string, string>> {
    const {processes} = await this.#state()
    const found = new Map<string, string>()
    for (const {name, pid, health_url: url} of processes) {
      if (pid === null || url === null || !SERVICES.some((service) => service === name)) continue
      const answer = await ask(new URL('/metrics', url).href)
      if (answer?.status === 200) found.set(`${name} ${pid}`, answer.body)
    }
    return found
  }

  async stop(): Promise<void> {
    await this.#proxy?.close()
    if (this.#disk) {
      await this.#target.todo5('down', 'host')
      await this.#disk.unmount()
    }
    await this.#target.dispose()
    for (const proxy of this.#kafka.values()) await proxy.close()
    await this.#root.close()
  }

  async #up(): Promise<void> {
    this.#apiPort ||= await freePort()
    await this.#target.json('up', 'host', '--port', String(this.#apiPort))
  }

  /** Its files onto a file system of their own: the folder itself is moved into place when it is made, so afterwards. */
  async #moveDatabase(): Promise<void> {
    const cluster = clusterFolder(this.#target.hostDir)
    const before = `${cluster}-before`
    await this.#target.json('down', 'host')
    await rename(cluster, before)
    try {
      this.#disk = await SmallDisk.mount(cluster)
      await run('cp', ['-a', `${before}/.`, cluster])
      this.faults.push({kind: FULL_DISK, run: async (random) => await this.#disk!.fill(random)})
    } catch (error) {
      if (this.#disk) throw error
      await rm(cluster, {recursive: true})
      await rename(before, cluster)
      this.leftOut.push(
        `${FULL_DISK}: a file system of its own cannot be mounted here (${(error as Error).message.trim()})`,
      )
    }
    await this.#up()
  }

  async #state(): Promise<HostState> {
    const state = await this.#target.state()
    if (!state) throw new Error('there is no host.json')
    return state
  }

  async #brokers(): Promise<string> {
    return (await this.#state()).kafka_brokers!
  }

  async #pidOf(name: string): Promise<number> {
    const find = async (): Promise<number | null | undefined> =>
      (await this.#state()).processes.find((process) => process.name === name)?.pid
    return await eventually(`${name} runs`, find)
  }

  #killed(kind: string, names: (state: HostState) => readonly string[]): Fault {
    const run = async (): Promise<void> => {
      const pids = await Promise.all(names(await this.#state()).map(async (name) => await this.#pidOf(name)))
      for (const pid of pids) sendSignal(pid, 'SIGKILL')
      await eventually('the state shows it', async () => {
        const {processes} = await this.#state()
        return processes.every(({pid}) => pid === null || !pids.includes(pid))
      })
    }
    return {kind, run}
  }

  #everythingKilled(): Fault {
    return {
      kind: 'all processes and their supervisor killed (-9), up',
      run: async (_random, over) => {
        const {pid, processes} = await this.#state()
        for (const victim of [pid, ...processes.map((process) => process.pid)]) {
          if (victim !== null) sendSignal(victim, 'SIGKILL')
        }
        over()
        await this.#up()
      },
    }
  }

  #hanging(): Fault[] {
    const one = (kind: string, names: readonly string[]): Fault => ({
      kind: `${kind} hangs (SIGSTOP)`,
      run: async (random) => await hang([await this.#pidOf(random.oneOf(names))], random),
    })
    return [
      one('a service', SERVICES),
      one(
        'a sidecar',
        SERVICES.map((name) => `daprd-${name}`),
      ),
      one('kafka', ['kafka']),
      one('scheduler', ['scheduler']),
    ]
  }

  #kafkaFaults(): Fault[] {
    return [
      {
        kind: 'connections of a sidecar to Kafka cut',
        run: async (random) => {
          const proxy = this.#kafka.get(random.oneOf(PROXIED))!
          proxy.cut()
          await delay(random.between(2000, 10_000))
          proxy.restore()
        },
      },
      {
        kind: 'connections of a sidecar to Kafka silent, then cut',
        run: async (random) => {
          const proxy = this.#kafka.get(random.oneOf(PROXIED))!
          proxy.silence()
          await delay(random.between(2000, 10_000))
          proxy.cut()
          proxy.restore()
        },
      },
      {
        kind: 'connections of a sidecar to Kafka slow',
        run: async (random) => {
          const proxy = this.#kafka.get(random.oneOf(PROXIED))!
          proxy.slow(random.between(200, 1500))
          await delay(random.between(2000, 8000))
          proxy.restore()
        },
      },
      {
        kind: 'events delivered again, out of order',
        run: async (random) => await deliverAgain(await this.#brokers(), random),
      },
      {
        kind: 'topics deleted and made again',
        once: true,
        run: async () => await this.#loseTopics(),
      },
    ]
  }

  /** What lay there and nobody had read is lost to the audit log; the rows know nevertheless what has to be done. */
  async #loseTopics(): Promise<void> {
    await withAdmin(await this.#brokers(), async (admin) => await admin.deleteTopics({topics: [...TOPICS]}))
    await delay(TOPICS_GONE_MS)
    await eventually(
      'the topics are there again',
      async () => (await this.#target.todo5('topic', 'apply', '--target', 'host')).code === 0,
    )
    await withDatabase(await this.databaseUrl(), async (client) => {
      const {rows} = await client.query<{id: number}>('select id::float8 as id from todo.tasks')
      for (const {id} of rows) this.#unrecorded.add(id)
    })
  }
}
