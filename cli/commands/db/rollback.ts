import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {databaseFlags} from '../../flags.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

export default class DbRollback extends BaseCommand<{rolled_back: string[]} | Steps> {
  static override summary = 'Take back the newest migration, or all after one.'
  static override description =
    'Refuses while a service that needs them is running. What 006 removes is kept, and comes back when it is applied again.'
  static override flags = {
    to: Flags.string({helpValue: 'NAME', description: 'The migration that shall be the newest, such as 005.'}),
    ...rehearsalFlag,
    ...databaseFlags,
  }
  static override examples = ['<%= config.bin %> db rollback', '<%= config.bin %> db rollback --to 005']

  override async run(): Promise<{rolled_back: string[]} | Steps> {
    const {flags} = await this.parse(DbRollback)
    const database = await this.composition.migrations(flags['database-url'])
    if (flags['dry-run']) {
      const applied = (await database.states()).filter(({appliedAt}) => appliedAt !== null).map(({name}) => name)
      return printWould(this.out, ...rolledBack(applied, flags.to).map((name) => `take back ${name}`))
    }
    const names = await database.rollback(flags.to)
    this.out.data(names.length === 0 ? 'Nothing to take back.' : `Took back ${names.join(', ')}`)
    return {rolled_back: names}
  }
}

/** The newest first: down to the one that shall be the newest, which is the one before it when none is named. */
const rolledBack = (applied: readonly string[], to = applied.at(-2) ?? ''): string[] =>
  applied.filter((name) => name > to).toReversed()
