import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {letterFilter, letterFlags} from '../../dead-letter-flags.ts'
import {limitFlag, zoneFlags} from '../../flags.ts'
import {streamFlags} from '../../kafka-flags.ts'
import {readLetters} from '../../operations/dead-letters/read-letters.ts'
import {type LetterGroup, summarizeLetters} from '../../operations/dead-letters/summarize-letters.ts'
import {type LetterJson, letterJson, printGroups, printLetters} from '../../views/dead-letter-lines.ts'

type Listed = {total: number; dead_letters: LetterJson[]} | {total: number; groups: LetterGroup[]}

export default class DlqList extends BaseCommand<Listed> {
  static override paged = true
  static override inCluster = 'stream' as const
  static override summary = 'Events that a consumer could not handle, newest first.'
  static override description =
    'An event that fails for its own reasons is put aside with the reason, and its partition goes on. Here are those that nobody has replayed or dropped.'
  static override flags = {
    ...letterFlags,
    all: Flags.boolean({char: 'a', description: 'Those that were replayed or dropped, too.'}),
    summary: Flags.boolean({char: 's', description: 'How many of each type and code.'}),
    ...limitFlag(10_000),
    ...zoneFlags,
    ...streamFlags,
  }
  static override examples = [
    '<%= config.bin %> dlq list',
    '<%= config.bin %> dlq list --summary --since 1h',
    '<%= config.bin %> dlq list --code handler_failed --consumer audit-service --json',
  ]

  override async run(): Promise<Listed> {
    const {flags} = await this.parse(DlqList)
    const view = this.timeView(flags)
    const filter = {...letterFilter(flags, view.now), handled: flags.all}
    const {stream} = await this.composition.stream(flags)
    try {
      const letters = await readLetters(stream, filter)
      const total = letters.length
      if (total === 0) this.out.note('There are no such dead letters.')
      if (flags.summary) {
        const groups = summarizeLetters(letters)
        if (total > 0) printGroups(this.out, groups, view)
        return {total, groups}
      }
      const newest = letters.toSorted((one, other) => other.at - one.at).slice(0, flags.limit)
      if (total > 0) printLetters(this.out, newest, view, flags.all)
      if (newest.length < total) this.out.note(`${total - newest.length} older ones are not shown (--limit).`)
      return {total, dead_letters: newest.map(letterJson)}
    } finally {
      await stream.close()
    }
  }
}
