import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {clusterFlags} from '../cluster-flags.ts'
import {EXIT} from '../exit-codes.ts'
import {clusterPlace, isCluster} from '../in-cluster.ts'
import {type Diagnosis, doctor, DOCTOR_TARGETS, type DoctorTarget} from '../operations/doctor/doctor.ts'
import {fixWhatIsSafe} from '../operations/doctor/fix.ts'
import {printDiagnosis, printFixes} from '../views/diagnosis.ts'

export default class Doctor extends BaseCommand<Diagnosis & {readonly fixed: readonly string[]}> {
  static override summary = 'Find what is wrong with this machine and its todo5.'
  static override description = [
    'Looks at the machine (programs, disk, memory, what a killed todo5 left) and at what runs: services, database and its clock, outbox, dead letters; on host also topics, consumers, what each Dapr sidecar has loaded, certificates, and who can be reached from other machines. Also whether each todo5 that you logged in to answers, knows the key, and has the same time. With minikube, or where the kubeconfig has the cluster of todo5, the programs for it, the container engine, the cluster, and what of all that is in it: a pod looks at what only pods can reach. Changes nothing without --fix.',
    'Each check is ok, a warning or a problem, with what to do next. Ends with 4 when there is a problem.',
  ].join('\n\n')
  static override args = {
    target: Args.string({
      options: [...DOCTOR_TARGETS],
      description: 'What to look at, whether it runs or not (default: what runs here).',
    }),
  }
  static override flags = {
    fix: Flags.boolean({
      description:
        'First mend what is safe to mend: files with secrets that others can read, and what a killed todo5 left.',
    }),
    'dry-run': Flags.boolean({
      char: 'n',
      dependsOn: ['fix'],
      description: 'Only say what --fix would do.',
    }),
    ...clusterFlags,
  }
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix --dry-run',
    '<%= config.bin %> doctor host --json',
    '<%= config.bin %> doctor minikube',
    '<%= config.bin %> doctor oke --kube-context oke-staging',
  ]

  override async run(): Promise<Diagnosis & {readonly fixed: readonly string[]}> {
    const {args, flags} = await this.parse(Doctor)
    const {composition} = this
    const target = args.target as DoctorTarget | undefined
    const [local, host, toolchain] = await Promise.all([
      composition.local(),
      composition.host(),
      composition.toolchain(),
    ])
    const {paths, version, root} = composition
    const dryRun = flags['dry-run'] ?? false
    const targets = [
      {name: 'local', machine: local.machine},
      {name: 'host', machine: host.machine},
    ] as const
    const fixed = flags.fix ? await fixWhatIsSafe({paths, targets, dryRun}) : []
    const diagnosis = await doctor({
      paths,
      version,
      root,
      target,
      place: await clusterPlace(composition, {...flags, target: isCluster(target) ? target : 'minikube'}),
      person: composition.person(),
      local,
      host,
      toolchain,
      kafka: async (brokers) => (await composition.kafka({brokers})).admin,
      stream: async (target) => (await composition.stream({target})).stream,
      now: composition.now(),
      currentContext: async () => await composition.context(),
      http: composition.http,
      clock: () => composition.now(),
    })
    if (flags.fix) printFixes(this.out, fixed, dryRun)
    printDiagnosis(this.out, diagnosis)
    if (diagnosis.state === 'problem') this.failWith(EXIT.refused)
    return {...diagnosis, fixed}
  }
}
