import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'
import {BaseCommand} from '../base-command.ts'
import {usageError} from '../errors.ts'
import {type ServicesDown, stopHostServices} from '../operations/host-services.ts'
import {type DownResult, takeDown} from '../operations/take-down.ts'
import {type HostDownResult, takeDownHost} from '../operations/take-down-host.ts'
import {confirmation} from '../confirmation.ts'
import type {MinikubeDown} from '../operations/cluster/down-minikube.ts'
import {printMinikubeDown} from '../views/minikube-status.ts'
import {interruptible} from '../interruption.ts'
import {printDown, printServicesDown} from '../views/down-lines.ts'

export default class Down extends BaseCommand<DownResult | HostDownResult | ServicesDown | MinikubeDown> {
  static override summary = 'Stop everything; the data stays unless --delete.'
  static override description =
    'Finishes what is under way, then stops. Safe to repeat; also clears up after a crash. Of Minikube --delete removes what todo5 made there, and names what was there before and stays.'
  static override args = {
    target: Args.string({options: ['local', 'host', 'minikube'], default: 'local', description: 'What to stop.'}),
  }
  static override flags = {
    delete: Flags.boolean({description: 'Also delete all tasks, mails, keys and logs; asks first.'}),
    confirm: Flags.string({
      helpValue: 'NAME',
      dependsOn: ['delete'],
      description: 'Answers the question of --delete: the name of the target.',
    }),
    yes: Flags.boolean({char: 'y', dependsOn: ['delete'], description: 'Answers the question of --delete.'}),
    only: Flags.option({
      options: SERVICE_NAMES,
      multiple: true,
      exclusive: ['delete'],
      helpValue: 'SERVICE',
      description: 'host: these services with their sidecars alone; they stay down until todo5 up host.',
    })(),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> down',
    '<%= config.bin %> down --delete --confirm local',
    '<%= config.bin %> down host --only recurring-task-service',
    '<%= config.bin %> down minikube --delete --dry-run',
  ]

  override async run(): Promise<DownResult | HostDownResult | ServicesDown | MinikubeDown> {
    const {args, flags} = await this.parse(Down)
    if (flags.only) return await this.#only(args.target, flags.only, flags['dry-run'] ?? false)
    const ask = confirmation({
      name: args.target,
      given: flags.yes ? args.target : flags.confirm,
      ask: this.ask,
    })
    const {typedAs} = this.composition
    const request = {deleteData: flags.delete ?? false, dryRun: flags['dry-run'] ?? false, confirm: ask}
    if (args.target === 'minikube') {
      const toolchain = await this.composition.toolchain()
      const {paths} = this.composition
      const {downMinikube} = await import('../operations/cluster/down-minikube.ts')
      const result = await interruptible(async (signal) => await downMinikube({...request, paths, toolchain, signal}))
      printMinikubeDown(this.out, result, typedAs)
      return result
    }
    if (args.target === 'host') {
      const {machine, entry} = await this.composition.host()
      const {dataDir} = entry
      const result = await interruptible(async (signal) => await takeDownHost({...request, machine, dataDir, signal}))
      printDown(this.out, result, `${dataDir}; start again: ${typedAs} up host`)
      return result
    }
    const {machine, entry} = await this.composition.local()
    const result = await interruptible(async (signal) => await takeDown({...request, machine, entry, signal}))
    printDown(this.out, result, `${entry.dataDir}; start again: ${typedAs} up`)
    return result
  }

  async #only(target: string, services: readonly ServiceName[], dryRun: boolean) {
    if (target !== 'host') {
      throw usageError('--only is for host; local is one process.', 'flag_of_host', 'todo5 down host --only SERVICE')
    }
    const {machine} = await this.composition.host()
    const result = await interruptible(async (signal) => await stopHostServices({machine, services, dryRun, signal}))
    printServicesDown(this.out, result, this.composition.typedAs)
    return result
  }
}
