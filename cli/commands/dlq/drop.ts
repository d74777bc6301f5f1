import {BaseCommand} from '../../base-command.ts'
import {confirmChange} from '../../confirm-change.ts'
import {letterFilter, letterFlags, letterIds} from '../../dead-letter-flags.ts'
import {EXIT} from '../../exit-codes.ts'
import {confirmedFlags} from '../../flags.ts'
import {streamFlags} from '../../kafka-flags.ts'
import {interruptible} from '../../interruption.ts'
import {chooseLetters, requireChoice} from '../../operations/dead-letters/find-letters.ts'
import {counted, type Rehearsal, rehearseDrop} from '../../operations/dead-letters/rehearse.ts'
import {planDrop} from '../../operations/dead-letters/plan-drop.ts'
import {dropLetters} from '../../operations/dead-letters/settle-letters.ts'
import {printRehearsal, printSettled, type Settled} from '../../views/dead-letter-lines.ts'

export default class DlqDrop extends BaseCommand<Settled | Rehearsal> {
  static override inCluster = 'stream' as const
  static override summary = 'Give up dead letters: nobody is asked about them again.'
  static override description =
    'Those of some ids, or those that flags choose. They are not listed any more, and lie where they are until they expire: replay --force with their ids still gives them back.'
  static override args = letterIds
  static override flags = {...letterFlags, ...confirmedFlags, ...streamFlags}
  static override examples = [
    '<%= config.bin %> dlq drop --code malformed_event --dry-run',
    '<%= config.bin %> dlq drop task-events/3/17 --yes',
  ]

  override async run(): Promise<Settled | Rehearsal> {
    const {args, flags} = await this.parse(DlqDrop)
    const {id: ids = []} = args
    const now = this.composition.now()
    const filter = letterFilter(flags, now)
    requireChoice(ids, filter)
    const {stream} = await this.composition.stream(flags)
    try {
      const {letters, leftOut} = planDrop(await chooseLetters(stream, ids, filter))
      if (flags['dry-run']) {
        const rehearsal = rehearseDrop(letters, leftOut)
        printRehearsal(this.out, rehearsal, {now}, false)
        return rehearsal
      }
      if (letters.length > 0) {
        const what = `This gives up ${counted(letters.length, 'dead letter')}: nobody is asked about that again.`
        await confirmChange({yes: flags.yes, ask: this.ask, what, question: 'Drop?'})
      }
      const by = this.composition.person()
      await interruptible(async (signal) => await dropLetters(stream, letters, {by, now, signal}))
      if (leftOut.length > 0) this.failWith(EXIT.refused)
      return printSettled(this.out, 'dropped', letters, leftOut)
    } finally {
      await stream.close()
    }
  }
}
