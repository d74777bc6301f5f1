import {BaseCommand} from '../../base-command.ts'
import {databaseFlags} from '../../flags.ts'

interface Migration {
  readonly name: string
  readonly applied_at: string | null
  readonly kind: string | null
}

export default class DbStatus extends BaseCommand<{migrations: Migration[]}> {
  static override summary = 'Which migrations are applied.'
  static override flags = {...databaseFlags}
  static override examples = ['<%= config.bin %> db status', '<%= config.bin %> db status --database-url postgres://…']

  override async run(): Promise<{migrations: Migration[]}> {
    const {flags} = await this.parse(DbStatus)
    const database = await this.composition.migrations(flags['database-url'])
    const states = await database.states()
    const migrations = states.map(({name, appliedAt, kind}) => ({name, applied_at: appliedAt, kind}))
    this.out.table(
      [
        {title: 'MIGRATION', text: (row) => row.name},
        {title: 'KIND', text: (row) => row.kind ?? ''},
        {title: 'APPLIED', text: (row) => row.applied_at ?? 'not yet'},
      ],
      migrations,
    )
    if (migrations.some((row) => row.applied_at === null))
      this.out.note('todo5 db migrate        applies what is missing')
    return {migrations}
  }
}
