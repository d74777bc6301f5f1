import type {EventStream} from '../../../services/ports/event-stream.ts'
import {type ClockSample, databaseClock} from '../../tools/database-clock.ts'
import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import {type OutboxStatus, outboxStatus} from '../outbox-status.ts'
import type {OutboxDesk} from '../outbox-desk.ts'
import {toCliError} from '../../errors.ts'
import {type Check, judgeAll, type Look, ok, problem, type Verdict} from './check.ts'
import {checkDatabase} from './database.ts'
import {looksInto, type StreamPlace} from './examine-stream.ts'
import type {NextCommands} from './next-commands.ts'
import {checkOutbox} from './outbox.ts'

/** Each is opened when it is needed, and closed again. */
export interface InsideSources extends StreamPlace {
  readonly area: Check['area']
  kafka(): Promise<KafkaAdmin>
  stream(): Promise<EventStream>
  outbox(): Promise<OutboxDesk>
  readonly databaseUrl: string
  /** In place of a real one. */
  readonly databaseClock?: (url: string) => Promise<ClockSample>
}

/** What can be reached from within a cluster alone: its database with the outbox, and Kafka with what is in it. */
export async function examineInside(sources: InsideSources): Promise<Check[]> {
  const {area, commands, databaseUrl, databaseClock: clock = databaseClock} = sources
  const [database, stream] = await Promise.all([
    judgeAll(area, {
      database: orStatus(commands, async () => await checkDatabase(databaseUrl, clock, 'its node')),
      outbox: orStatus(commands, async () => {
        const desk = await sources.outbox()
        try {
          return checkOutbox(lagOf(await outboxStatus(desk)), commands)
        } finally {
          await desk.close()
        }
      }),
    }),
    examineKafka(sources),
  ])
  return [...database, ...stream]
}

/** When Kafka does not answer, that is all there is to say of it. */
async function examineKafka(sources: InsideSources): Promise<Check[]> {
  let admin: KafkaAdmin | undefined
  let stream: EventStream | undefined
  const {area, commands} = sources
  try {
    const kafka = await orStatus(commands, async () => {
      admin = await sources.kafka()
      stream = await sources.stream()
      return ok('answers')
    })()
    const first: Check = {area, check: 'kafka', ...kafka}
    if (!admin || !stream) return [first]
    return [first, ...(await judgeAll(area, looksInto(admin, stream, sources)))]
  } finally {
    await stream?.close()
    await admin?.close()
  }
}

/** Whoever is told that it does not answer cannot do anything about how it is reached: the release says that. */
const orStatus =
  ({status}: NextCommands, look: Look): (() => Promise<Verdict>) =>
  async () => {
    try {
      return await look()
    } catch (error) {
      return problem(toCliError(error).message, {next: [status]})
    }
  }

const lagOf = ({waiting, oldest_seconds: oldest}: OutboxStatus) => ({pending: waiting, oldest_seconds: oldest ?? 0})
