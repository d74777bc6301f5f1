import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {zoneFlags} from '../flags.ts'
import {findTrace, type FoundTrace} from '../operations/find-trace.ts'
import {zipkinOf} from '../operations/zipkin-place.ts'
import {printTrace} from '../views/trace-lines.ts'

export default class Trace extends BaseCommand<FoundTrace> {
  static override paged = true
  static override summary = 'Where the time of a change went: its steps through all services.'
  static override description = [
    'From the request over Kafka to the consumers and what they wrote; of a reminder from its job to the mail server. Asks the Zipkin of todo5 up host, or the one of --zipkin-url.',
    'A command begins a trace of its own; to choose its id: TRACEPARENT=00-TRACE-SPAN-01 todo5 …',
  ].join('\n\n')
  static override args = {
    ref: Args.string({
      description:
        'A task (its newest change), or the id of an event or a trace (default: what you changed last). 32 hex digits are a trace.',
    }),
  }
  static override flags = {
    'zipkin-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_ZIPKIN_URL',
      description: 'Ask this Zipkin, such as http://127.0.0.1:9411.',
    }),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> trace',
    '<%= config.bin %> trace 12',
    '<%= config.bin %> trace 0af7651916cd43dd8448eb211c80319c --json',
  ]

  override async run(): Promise<FoundTrace> {
    const {args, flags} = await this.parse(Trace)
    const {composition} = this
    const zipkin = await zipkinOf(flags['zipkin-url'], composition)
    const trace = await findTrace(zipkin, async () => await composition.api(), args.ref)
    printTrace(this.out, trace, this.timeView(flags), composition.looks.unicode)
    return trace
  }
}
