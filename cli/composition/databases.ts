/** What commands do in a database themselves: migrations, the outbox, the notes of consumers. */
import {hostname} from 'node:os'
import type {RunningTarget} from '../client/running-targets.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {HandledEvents} from '../operations/consumers/reset-consumer.ts'
import type {KafkaAccess} from '../operations/kafka-access.ts'
import type {OutboxDesk} from '../operations/outbox-desk.ts'
import type {OutboxFlags, OutboxPlace} from '../operations/outbox-place.ts'

type RunningTargets = () => Promise<RunningTarget[]>

export interface OpenOutbox {
  readonly target: OutboxPlace['target']
  readonly desk: OutboxDesk
  /** Who takes the relay's lease, when it is taken. */
  readonly holder: string
}

export interface Migrations {
  migrate(): Promise<string[]>
  rollback(to?: string): Promise<string[]>
  states(): Promise<MigrationState[]>
  /** Whether that version of todo5, with the migrations of this one, works with the schema as it is. */
  fit(states: readonly MigrationState[], version: string): SchemaFit
}

interface MigrationState {
  readonly name: string
  readonly appliedAt: string | null
  readonly kind: string | null
  readonly oldestApplication: string | null
}

interface SchemaFit {
  readonly missing: readonly string[]
  readonly tooNew: {readonly name: string; readonly oldest_application: string} | undefined
  readonly backTo: string | undefined
}

export async function openMigrations(url: string): Promise<Migrations> {
  const [{migrate, migrationStates, rollback}, {schemaFit}, {databaseError}] = await Promise.all([
    import('../../services/database/migrator.ts'),
    import('../../services/database/schema-fit.ts'),
    import('../operations/database-error.ts'),
  ])
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw databaseError(error)
    }
  }
  return {
    migrate: async () => await run(async () => await migrate(url)),
    rollback: async (to) => await run(async () => await rollback(url, to)),
    states: async () => await run(async () => await migrationStates(url)),
    fit: (states, version) =>
      schemaFit(
        states.flatMap(({name, oldestApplication: oldest}) =>
          oldest === null ? [] : [{name, oldest_application: oldest}],
        ),
        version,
      ),
  }
}

/** What consumers have noted as handled: in the database of the URL, or of the target. */
export async function openHandled(
  runningTargets: RunningTargets,
  target: KafkaAccess['target'],
  databaseUrl: string | undefined,
): Promise<HandledEvents> {
  const [{consumerDatabase}, {openHandledEvents}, {databaseError}] = await Promise.all([
    import('../operations/consumers/consumer-database.ts'),
    import('../../services/database/handled-events.ts'),
    import('../operations/database-error.ts'),
  ])
  const url = databaseUrl ?? consumerDatabase(target, await runningTargets())
  return await openHandledEvents(url, databaseError)
}

export async function openOutbox(flags: OutboxFlags, runningTargets: RunningTargets): Promise<OpenOutbox> {
  const [{openDatabase}, {openOutboxDesk}, {outboxPlace}, {databaseError}] = await Promise.all([
    import('../../services/database/database.ts'),
    import('../../services/runtime/outbox-desk.ts'),
    import('../operations/outbox-place.ts'),
    import('../operations/database-error.ts'),
  ])
  const {target, databaseUrl: url} = outboxPlace(flags, isElsewhere(flags) ? [] : await runningTargets())
  const database = await openDatabase({url, poolSize: 3, applicationName: 'todo5 outbox'})
  const desk = await openOutboxDesk({database, explain: databaseError})
  return {target, desk, holder: `todo5 outbox drain on ${hostname()}, process ${process.pid}`}
}

/** Then nothing here has to run, nor to be what commands talk to. */
const isElsewhere = ({target, 'database-url': url}: OutboxFlags): boolean =>
  url !== undefined && target !== undefined && target !== 'local' && target !== 'host'

export async function localDatabaseUrl(runningTargets: RunningTargets): Promise<string> {
  const url = (await runningTargets())[0]?.database_url
  if (url) return url
  throw new CliError('No database is given, and todo5 does not run here.', {
    code: 'no_database',
    exit: EXIT.unreachable,
    hints: ['--database-url postgres://USER:PASSWORD@HOST/DATABASE', 'todo5 up        starts the one of this machine'],
  })
}
