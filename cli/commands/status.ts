import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {EXIT} from '../exit-codes.ts'
import {AtLogin, type AtLoginPlace} from '../operations/at-login/at-login.ts'
import {CLOUD_TARGETS, type CloudEnvironment, type CloudTarget, ENVIRONMENTS} from '../operations/cloud/cloud-place.ts'
import type {CloudStatus} from '../operations/cloud/cloud-status.ts'
import {consumerLag} from '../operations/consumer-lag.ts'
import {hostStatus, type HostStatus} from '../operations/host-status.ts'
import type {MinikubeStatus} from '../operations/cluster/minikube-status.ts'
import {localStatus, type LocalStatus} from '../operations/local-status.ts'
import type {Output} from '../output.ts'
import {printHostStatus} from '../views/host-status.ts'
import {printMinikubeStatus} from '../views/minikube-status.ts'
import {printCloudStatus} from '../views/cloud-lines.ts'
import {printStatus} from '../views/status-tree.ts'
import {watchFlags, watchIt} from '../watching.ts'

export default class Status extends BaseCommand<AnyStatus | undefined> {
  static override summary = 'What runs here: processes, ports, memory, health.'
  static override description = 'Ends with 0 when everything runs and answers, with 4 when it does not.'
  static override args = {
    target: Args.string({
      options: ['local', 'host', 'minikube', ...CLOUD_TARGETS],
      default: 'local',
      description: 'What to look at.',
    }),
  }
  static override flags = {
    env: Flags.option({options: ENVIRONMENTS, description: 'oke, aks, gke: which of their environments.'})(),
    ...watchFlags(2),
  }
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status host --watch',
    '<%= config.bin %> status oke --env staging',
    '<%= config.bin %> status --json',
  ]

  override async run(): Promise<AnyStatus | undefined> {
    const {args, flags} = await this.parse(Status)
    const cloud = CLOUD_TARGETS.find((one) => one === args.target)
    const read = async (): Promise<AnyStatus> =>
      cloud !== undefined
        ? await this.#cloud(cloud, flags.env)
        : args.target === 'host'
          ? await this.#host()
          : args.target === 'minikube'
            ? await this.#minikube()
            : await this.#local()
    if (flags.watch) {
      await watchIt({
        composition: this.composition,
        out: this.out,
        printLine: this.jsonEnabled() ? (look) => this.printLine(look) : undefined,
        intervalSeconds: flags.interval,
        read,
        print: (out, status) => this.#print(out, status),
        essence: essenceOf,
      })
      return undefined
    }
    const status = await read()
    this.#print(this.out, status)
    if (status.state !== 'running') this.failWith(EXIT.refused)
    return status
  }

  #print(out: Output, status: AnyStatus): void {
    const {composition} = this
    const facts = {now: composition.now(), typedAs: composition.typedAs}
    if ('environment' in status) printCloudStatus(out, status, composition.typedAs)
    else if (status.target === 'minikube') printMinikubeStatus(out, status, composition.typedAs)
    else if (status.target === 'host') printHostStatus(out, status, facts)
    else printStatus(out, status, facts)
    if ('at_login' in status && status.at_login) out.data('  Starts at login; todo5 up --no-at-login ends that.')
  }

  async #host(): Promise<HostStatus & StartsAtLogin> {
    const {machine, entry} = await this.composition.host()
    const status = await hostStatus(machine, entry.dataDir, async (brokers) => {
      const {admin} = await this.composition.kafka({brokers})
      try {
        return await consumerLag(admin)
      } finally {
        await admin.close()
      }
    })
    return {...status, at_login: await this.#startsAtLogin('host', entry)}
  }

  async #local(): Promise<LocalStatus & StartsAtLogin> {
    const {machine, entry} = await this.composition.local()
    return {...(await localStatus(machine, entry)), at_login: await this.#startsAtLogin('local', entry)}
  }

  async #minikube(): Promise<MinikubeStatus> {
    const [{minikubeStatus}, {findPlace}] = await Promise.all([
      import('../operations/cluster/minikube-status.ts'),
      import('../operations/cluster/find-place.ts'),
    ])
    const {place, notes} = await findPlace({target: 'minikube'}, this.composition.paths.state)
    return await minikubeStatus(place, notes, await this.composition.toolchain())
  }

  async #cloud(target: CloudTarget, env: CloudEnvironment | undefined): Promise<CloudStatus> {
    const [{cloudStatus}, {knownCloud}, {cloudPlace}] = await Promise.all([
      import('../operations/cloud/cloud-status.ts'),
      import('../cloud-context.ts'),
      import('../operations/cloud/cloud-place.ts'),
    ])
    const {composition} = this
    const known = await knownCloud(composition, target, {env})
    const place = known ?? cloudPlace({target, environment: env ?? 'production'}, composition.paths)
    return await cloudStatus(place, await composition.toolchain(), (file) => composition.useKubeconfig(file))
  }

  async #startsAtLogin(target: 'local' | 'host', entry: AtLoginPlace['entry']): Promise<boolean> {
    const {paths, root} = this.composition
    return (await new AtLogin({target, entry, stateDir: paths.state, root}).state()).file !== null
  }

  /** Each look has been printed already. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}

interface StartsAtLogin {
  readonly at_login: boolean
}

type HereStatus = (LocalStatus | HostStatus) & StartsAtLogin
type AnyStatus = HereStatus | MinikubeStatus | CloudStatus

/** Without what is never the same twice: memory, and how long something waits. */
const essenceOf = (status: AnyStatus): unknown => ('at_login' in status ? essenceHere(status) : status)

const essenceHere = (status: HereStatus): unknown => ({
  ...status,
  memory_bytes: null,
  processes: status.processes.map((process) => ({...process, memory_bytes: null})),
  ...(status.target === 'local' && {
    services: status.services.map(({service, status: health, checks}) => [
      service,
      health,
      Object.entries(checks).map(([name, {ok}]) => [name, ok]),
    ]),
    outbox: status.outbox && status.outbox.pending > 0,
  }),
  ...(status.target === 'host' && {lag: status.lag?.map((one) => [one.group, one.topic, one.lag > 0])}),
})
