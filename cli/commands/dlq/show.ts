import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {streamFlags} from '../../kafka-flags.ts'
import {findLetters} from '../../operations/dead-letters/find-letters.ts'
import {type LetterDetails, letterDetails, printLetter} from '../../views/dead-letter-lines.ts'

export default class DlqShow extends BaseCommand<LetterDetails> {
  static override paged = true
  static override inCluster = 'stream' as const
  static override summary = 'One dead letter: why, what became of it, and the event.'
  static override args = {
    id: Args.string({required: true, description: 'Such as task-events/3/17, as dlq list shows it.'}),
  }
  static override flags = {...zoneFlags, ...streamFlags}
  static override examples = ['<%= config.bin %> dlq show task-events/3/17']

  override async run(): Promise<LetterDetails> {
    const {args, flags} = await this.parse(DlqShow)
    const {stream} = await this.composition.stream(flags)
    try {
      const [letter] = await findLetters(stream, [args.id])
      printLetter(this.out, letter!, this.timeView(flags))
      return letterDetails(letter!)
    } finally {
      await stream.close()
    }
  }
}
