import {randomUUID} from 'node:crypto'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, inject} from 'vitest'
import {rootCertificate, schedulerProgram, sentryProgram} from '../../../cli/supervisor/host/control-plane.ts'
import {kafkaProgram} from '../../../cli/supervisor/host/kafka.ts'
import {freePorts} from '../../../cli/supervisor/host/ports.ts'
import {type Program, ProgramFailure, type RunningProgram, startProgram} from '../../../cli/supervisor/host/program.ts'
import {type RenderedFile, sidecarProgram} from '../../../cli/supervisor/host/sidecar.ts'

const HOST = '127.0.0.1'

/** A program of the stack under test. It keeps its folder and its ports when it is started again. */
export class StackProgram {
  readonly name: string
  readonly logFile: string
  readonly #program: Program
  #running: RunningProgram | undefined

  constructor(program: Program) {
    this.name = program.name
    this.logFile = program.logFile
    this.#program = program
  }

  get pid(): number {
    if (!this.#running) throw new Error(`${this.name} does not run`)
    return this.#running.pid
  }

  /** Started unless it runs: a test that failed may have left it killed. */
  async ensure(): Promise<void> {
    if (!this.#running) await this.start()
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    if (this.#running) throw new Error(`${this.name} runs already`)
    this.#running = await startProgram(this.#program)
    const {exited} = this.#running
    void exited.then(() => (this.#running = undefined))
  }

  /** In order; resolves when it has ended. */
  async stop(): Promise<void> {
    await this.#running?.stop()
  }

  /** At once and without a word, as a crash. */
  async kill9(): Promise<void> {
    const running = this.#running
    running?.kill('SIGKILL')
    await running?.exited
  }

  /** Still there, but silent (SIGSTOP), until `thaw`. */
  freeze(): void {
    this.#running?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#running?.kill('SIGCONT')
  }

  /** What it wrote so far, over all of its starts. */
  async log(): Promise<string> {
    return await readFile(this.logFile, 'utf8')
  }
}

export interface StackSidecar extends StackProgram {
  readonly appId: string
  /** Of Dapr's HTTP API, such as http://127.0.0.1:3500. */
  readonly endpoint: string
  readonly ports: {readonly http: number; readonly grpc: number; readonly internal: number; readonly metrics: number}
  /** Asked of whoever calls the sidecar (`dapr-api-token`). */
  readonly apiToken: string
  /** What the sidecar shows its application (`dapr-api-token`). */
  readonly appToken: string
}

export interface SidecarRequest {
  readonly appId: string
  /** Where the application listens, if there is one. It should listen before the sidecar is started. */
  readonly appPort?: number
  readonly resources?: readonly RenderedFile[]
  /** The Configuration, as YAML. */
  readonly configuration?: string
  readonly apiToken?: string
  readonly appToken?: string
  readonly env?: Readonly<Record<string, string>>
  readonly readyWhen?: 'outbound' | 'all'
}

/**
 * The pieces of the real stack, each started when it is first asked for, on ports that are free. All are stopped after
 * the test file, and killed at the end of the run should that not have happened.
 */
export class Stack {
  /** Removed in the end; for whatever a test wants to keep there. */
  readonly folder: string
  readonly #programs = inject('stackPrograms')
  /** In the order of starting. */
  readonly #started: StackProgram[] = []
  readonly #kafka = once<StackProgram & {readonly brokers: string}>()
  readonly #sentry = once<StackProgram & {readonly port: number; readonly trustAnchors: string}>()
  readonly #scheduler = once<StackProgram & {readonly port: number}>()
  #count = 0

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<Stack> {
    const stack = new Stack(await mkdtemp(join(inject('stackRoot'), 'stack-')))
    open.add(stack)
    return stack
  }

  /** A one-node Kafka; `brokers` is its address. */
  async kafka(): Promise<StackProgram & {readonly brokers: string}> {
    return await this.#kafka.get(async () =>
      this.#start(2, ([port, controllerPort]) => {
        const {java, kafkaLibs: libs} = this.#programs
        const place = this.#place('kafka')
        return {
          program: kafkaProgram({java, libs, ...place, port: port!, controllerPort: controllerPort!, heapMb: 384}),
          facts: {brokers: `${HOST}:${port}`},
        }
      }),
    )
  }

  /** The certificate authority of this stack's sidecars; `trustAnchors` is the file of its root certificate. */
  async sentry(): Promise<StackProgram & {readonly port: number; readonly trustAnchors: string}> {
    return await this.#sentry.get(async () =>
      this.#start(2, ([port, healthPort]) => {
        const place = this.#place('sentry')
        return {
          program: sentryProgram({sentry: this.#programs.sentry, ...place, port: port!, healthPort: healthPort!}),
          facts: {port: port!, trustAnchors: rootCertificate(place.folder)},
        }
      }),
    )
  }

  async scheduler(): Promise<StackProgram & {readonly port: number}> {
    const sentry = await this.sentry()
    return await this.#scheduler.get(async () =>
      this.#start(5, ([grpc, health, metrics, etcdClient, etcdPeer]) => ({
        program: schedulerProgram({
          scheduler: this.#programs.scheduler,
          ...this.#place('scheduler'),
          ports: {grpc: grpc!, health: health!, metrics: metrics!, etcdClient: etcdClient!, etcdPeer: etcdPeer!},
          sentryPort: sentry.port,
          trustAnchors: sentry.trustAnchors,
        }),
        facts: {port: grpc!},
      })),
    )
  }

  /** A sidecar of its own, with mTLS; it knows the scheduler when that was started before. */
  async daprd(request: SidecarRequest): Promise<StackSidecar> {
    const {appId, appPort = null, resources = [], configuration = null, env, readyWhen} = request
    const sentry = await this.sentry()
    const scheduler = await this.#scheduler.made()
    const tokens = {apiToken: request.apiToken ?? randomUUID(), appToken: request.appToken ?? randomUUID()}
    return await this.#start(4, ([http, grpc, internal, metrics]) => {
      const ports = {http: http!, grpc: grpc!, internal: internal!, metrics: metrics!}
      const program = sidecarProgram({
        daprd: this.#programs.daprd,
        appId,
        appPort,
        resources,
        configuration,
        ports,
        ...tokens,
        ...this.#place(`daprd-${appId}`),
        sentryPort: sentry.port,
        trustAnchors: sentry.trustAnchors,
        schedulerPort: scheduler?.port ?? null,
        ...(env && {env}),
        ...(readyWhen && {readyWhen}),
      })
      return {program, facts: {appId, ports, ...tokens, endpoint: `http://${HOST}:${ports.http}`}}
    })
  }

  /** What was started last is stopped first. */
  async stop(): Promise<void> {
    open.delete(this)
    for (const program of this.#started.toReversed()) await program.stop()
    await rm(this.folder, {recursive: true, force: true, maxRetries: 5})
  }

  #place(name: string): {folder: string; logFile: string} {
    const place = join(this.folder, `${name}-${++this.#count}`)
    return {folder: place, logFile: join(place, `${name}.log`)}
  }

  /** With other ports when somebody was quicker. */
  async #start<Facts extends object>(
    ports: number,
    make: (ports: readonly number[]) => {program: Program; facts: Facts},
  ): Promise<StackProgram & Facts> {
    for (let attempt = 1; ; attempt++) {
      const {program, facts} = make(await freePorts(ports))
      const made = Object.assign(new StackProgram(program), facts)
      try {
        await made.start()
        this.#started.push(made)
        return made
      } catch (error) {
        if (!(error instanceof ProgramFailure && error.portTaken) || attempt === 5) throw error
      }
    }
  }
}

interface Once<P> {
  /** The one that was made; made, or started again, when there is none that runs. */
  get(make: () => Promise<P>): Promise<P>
  made(): Promise<P | undefined>
}

/** One program for all who ask. What failed to start is made anew for who asks next, such as a test that is tried again. */
function once<P extends StackProgram>(): Once<P> {
  let made: Promise<P> | undefined
  return {
    async get(make) {
      made ??= make().catch((error: unknown) => {
        made = undefined
        throw error
      })
      const program = await made
      await program.ensure()
      return program
    },
    made: async () => await made,
  }
}

const open = new Set<Stack>()

afterAll(async () => {
  const results = await Promise.allSettled([...open].map(async (stack) => await stack.stop()))
  const failed = results.filter((result) => result.status === 'rejected')
  if (failed.length > 0) throw new AggregateError(failed.map((result) => result.reason))
})
