import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {letterFilter, letterFlags, letterIds} from '../../dead-letter-flags.ts'
import {EXIT} from '../../exit-codes.ts'
import {streamFlags} from '../../kafka-flags.ts'
import {interruptible} from '../../interruption.ts'
import {chooseLetters} from '../../operations/dead-letters/find-letters.ts'
import {planReplay} from '../../operations/dead-letters/plan-replay.ts'
import {replayLetters} from '../../operations/dead-letters/settle-letters.ts'
import {type Rehearsal, rehearseReplay} from '../../operations/dead-letters/rehearse.ts'
import {type Settled, printRehearsal, printSettled} from '../../views/dead-letter-lines.ts'

export default class DlqReplay extends BaseCommand<Settled | Rehearsal> {
  static override inCluster = 'stream' as const
  static override summary = 'Give events to their consumers again, after a fix.'
  static override description = [
    'All that nobody has replayed or dropped, those of some ids, or those that flags choose; what comes meanwhile is left for the next time. An event keeps its event_id and its user, and those of a task their order. Consumers that have handled it know it again, so nothing happens twice.',
    'Left out is what would only fail again: what is no event, or of another installation, or of a version that todo5 does not read; and what was replayed three times already.',
  ].join('\n\n')
  static override args = letterIds
  static override flags = {
    ...letterFlags,
    force: Flags.boolean({
      description: 'Also what was replayed three times, and what an id names although it was replayed or dropped.',
    }),
    'dry-run': Flags.boolean({char: 'n', description: 'Show how many of each type and reason, change nothing.'}),
    ...streamFlags,
  }
  static override examples = [
    '<%= config.bin %> dlq replay --dry-run',
    '<%= config.bin %> dlq replay --consumer recurring-task-service --since 2h',
    '<%= config.bin %> dlq replay task-events/3/17 task-events/3/18',
  ]

  override async run(): Promise<Settled | Rehearsal> {
    const {args, flags} = await this.parse(DlqReplay)
    const {id: ids = []} = args
    const now = this.composition.now()
    const {stream} = await this.composition.stream(flags)
    try {
      const letters = await chooseLetters(stream, ids, letterFilter(flags, now))
      const plan = planReplay(letters, flags)
      if (flags['dry-run']) {
        const rehearsal = await rehearseReplay(stream, letters, plan)
        printRehearsal(this.out, rehearsal, {now}, true)
        return rehearsal
      }
      const by = this.composition.person()
      await interruptible(async (signal) => await replayLetters(stream, plan, {by, now, signal}))
      if (ids.length > 0 && plan.leftOut.length > 0) this.failWith(EXIT.refused)
      return printSettled(
        this.out,
        'replayed',
        plan.replays.flatMap(({letters: done}) => done),
        plan.leftOut,
      )
    } finally {
      await stream.close()
    }
  }
}
