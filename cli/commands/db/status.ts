import {BaseCommand} from '../../base-command.ts'
import {isTarget} from '../../client/running-targets.ts'
import {clusterFlags} from '../../cluster-flags.ts'
import {databaseFlags} from '../../flags.ts'
import {kafkaFlags} from '../../kafka-flags.ts'

interface Migration {
  readonly name: string
  readonly applied_at: string | null
  readonly kind: string | null
  readonly oldest_application: string | null
}

interface Status {
  readonly migrations: readonly Migration[]
  readonly todo5_version: string
  /** Null: this todo5 works with the schema. */
  readonly conflict: Conflict | null
}

interface Conflict {
  readonly kind: 'schema_too_old' | 'schema_too_new'
  readonly migration: string
  /** The oldest todo5 that works with that migration; null when the database is too old. */
  readonly needs_version: string | null
  /** The newest migration that this todo5 could work with; null when the database is too old. */
  readonly back_to: string | null
}

export default class DbStatus extends BaseCommand<Status> {
  static override inCluster = 'database' as const
  static override summary = 'Which migrations are applied, and whether this todo5 works with them.'
  static override flags = {target: kafkaFlags.target, ...databaseFlags, ...clusterFlags}
  static override examples = ['<%= config.bin %> db status', '<%= config.bin %> db status --database-url postgres://…']

  override async run(): Promise<Status> {
    const {flags} = await this.parse(DbStatus)
    const {version, settings} = this.composition
    if (isTarget(flags.target)) settings.giveFlag('context', flags.target)
    const database = await this.composition.migrations(flags['database-url'])
    const states = await database.states()
    const {missing, tooNew, backTo} = database.fit(states, version)
    const migrations = states.map(({name, appliedAt, kind, oldestApplication}) => ({
      name,
      applied_at: appliedAt,
      kind,
      oldest_application: oldestApplication,
    }))
    this.out.table(
      [
        {title: 'MIGRATION', text: (row) => row.name},
        {title: 'KIND', text: (row) => row.kind ?? ''},
        {title: 'APPLIED', text: (row) => row.applied_at ?? 'not yet'},
      ],
      migrations,
    )
    if (missing.length > 0) this.out.note('todo5 db migrate        applies what is missing')
    if (tooNew) {
      this.out.warning(`Migration ${tooNew.name} needs todo5 ${tooNew.oldest_application}; this is ${version}.`)
      this.out.note(`todo5 db rollback --to ${backTo}        by todo5 ${tooNew.oldest_application}, takes it back`)
    }
    return {migrations, todo5_version: version, conflict: conflictOf(missing, tooNew, backTo)}
  }
}

function conflictOf(
  [missing]: readonly string[],
  tooNew: {readonly name: string; readonly oldest_application: string} | undefined,
  backTo: string | undefined,
): Conflict | null {
  if (tooNew) {
    const {name: migration, oldest_application: needs} = tooNew
    return {kind: 'schema_too_new', migration, needs_version: needs, back_to: backTo ?? null}
  }
  if (missing === undefined) return null
  return {kind: 'schema_too_old', migration: missing, needs_version: null, back_to: null}
}
