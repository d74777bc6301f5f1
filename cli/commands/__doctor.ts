import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {kafkaFlags} from '../kafka-flags.ts'
import {type Check, worst} from '../operations/doctor/check.ts'
import {examineInside} from '../operations/doctor/examine-inside.ts'
import {clusterCommands} from '../operations/doctor/next-commands.ts'
import type {ClusterTarget} from '../operations/cluster/find-place.ts'
import {printDiagnosis} from '../views/diagnosis.ts'

interface InsideView {
  /** Of the clock there, ISO 8601, UTC. */
  readonly at: string
  readonly checks: readonly Check[]
}

/** What `doctor` runs in a pod of the cluster that it looks at. */
export default class DoctorInside extends BaseCommand<InsideView> {
  static override summary = 'Find what is wrong with the database and the stream of the cluster that this runs in.'
  static override hidden = true
  static override flags = {
    ...kafkaFlags,
    'database-url': Flags.string({
      required: true,
      helpValue: 'URL',
      env: 'TODO5_DATABASE_URL',
      description: 'Of the database with the outbox.',
    }),
    target: Flags.option({
      options: ['minikube', 'oke', 'aks', 'gke'] as const satisfies ClusterTarget[],
      required: true,
      description: 'What the cluster is.',
    })(),
    beside: Flags.string({default: '', description: 'What is typed beside the target to come here again.'}),
  }
  static override examples = ['<%= config.bin %> __doctor --target minikube --json']

  override async run(): Promise<InsideView> {
    const {flags} = await this.parse(DoctorInside)
    const {composition} = this
    const {target, beside, namespace = 'todo5', 'kube-context': kubeContext = target} = flags
    const now = composition.now()
    const checks = await examineInside({
      area: target,
      target,
      now,
      commands: clusterCommands({target, kubeContext, namespace, flags: beside}),
      kafka: async () => (await composition.kafka(flags)).admin,
      stream: async () => (await composition.stream(flags)).stream,
      outbox: async () => (await composition.outbox(flags)).desk,
      databaseUrl: flags['database-url'],
    })
    printDiagnosis(this.out, {state: worst(checks.map(({state}) => state)), checks})
    return {at: new Date(composition.now()).toISOString(), checks}
  }
}
