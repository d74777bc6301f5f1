import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {databaseFlags} from '../../flags.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

export default class DbMigrate extends BaseCommand<{applied: string[]} | Steps> {
  static override summary = 'Bring the schema of the database to the newest version.'
  static override description =
    'Needs a direct connection (no pooler) as a user who may create roles. Any number may run at once.'
  static override flags = {...rehearsalFlag, ...databaseFlags}
  static override examples = [
    '<%= config.bin %> db migrate',
    '<%= config.bin %> db migrate --database-url postgres://…',
  ]

  override async run(): Promise<{applied: string[]} | Steps> {
    const {flags} = await this.parse(DbMigrate)
    const database = await this.composition.migrations(flags['database-url'])
    if (flags['dry-run']) {
      const pending = (await database.states()).filter(({appliedAt}) => appliedAt === null)
      return printWould(this.out, ...pending.map(({name}) => `apply ${name}`))
    }
    const applied = await database.migrate()
    this.out.data(applied.length === 0 ? 'Nothing to do: the schema is the newest.' : `Applied ${applied.join(', ')}`)
    return {applied}
  }
}
