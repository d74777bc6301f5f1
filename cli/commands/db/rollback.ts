import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {databaseFlags} from '../../flags.ts'

export default class DbRollback extends BaseCommand<{rolled_back: string[]}> {
  static override summary = 'Take back the newest migration, or all after one.'
  static override description =
    'Refuses while a service that needs them is running. What 006 removes is kept, and comes back when it is applied again.'
  static override flags = {
    to: Flags.string({helpValue: 'NAME', description: 'The migration that shall be the newest, such as 005.'}),
    ...databaseFlags,
  }
  static override examples = ['<%= config.bin %> db rollback', '<%= config.bin %> db rollback --to 005']

  override async run(): Promise<{rolled_back: string[]}> {
    const {flags} = await this.parse(DbRollback)
    const database = await this.composition.migrations(flags['database-url'])
    const names = await database.rollback(flags.to)
    this.out.data(names.length === 0 ? 'Nothing to take back.' : `Took back ${names.join(', ')}`)
    return {rolled_back: names}
  }
}
