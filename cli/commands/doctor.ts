import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {EXIT} from '../exit-codes.ts'
import {type Diagnosis, doctor} from '../operations/doctor/doctor.ts'
import {printDiagnosis} from '../views/diagnosis.ts'

export default class Doctor extends BaseCommand<Diagnosis> {
  static override summary = 'Find what is wrong with this machine and its todo5.'
  static override description = [
    'Looks at the machine (programs, disk, memory, what a killed todo5 left) and at what runs: services, database and its clock, outbox, dead letters; on host also topics, consumers, what each Dapr sidecar has loaded, certificates, and who can be reached from other machines. Changes nothing.',
    'Each check is ok, a warning or a problem, with what to do next. Ends with 5 when there is a problem.',
  ].join('\n\n')
  static override args = {
    target: Args.string({
      options: ['local', 'host'],
      description: 'What to look at, whether it runs or not (default: what runs here).',
    }),
  }
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor host --json']

  override async run(): Promise<Diagnosis> {
    const {args} = await this.parse(Doctor)
    const {composition} = this
    const [local, host, toolchain] = await Promise.all([
      composition.local(),
      composition.host(),
      composition.toolchain(),
    ])
    const diagnosis = await doctor({
      target: args.target as 'local' | 'host' | undefined,
      local,
      host,
      toolchain,
      kafka: async (brokers) => (await composition.kafka({brokers})).admin,
      stream: async (target) => (await composition.stream({target})).stream,
      now: composition.now(),
    })
    printDiagnosis(this.out, diagnosis)
    if (diagnosis.state === 'problem') this.failWith(EXIT.outsideProgram)
    return diagnosis
  }
}
