import {Client} from 'pg'
import {dayInId} from './statements/claim-inbox.ts'

/** What consumers have noted in their inbox, for an operator who sets one back. */
export interface HandledEvents {
  /** How many of these events the consumer has noted. */
  count(consumer: string, eventIds: readonly string[]): Promise<number>
  /** Takes the notes away, so that these events are handled when they come again; answers with how many there were. */
  forget(consumer: string, eventIds: readonly string[]): Promise<number>
  close(): Promise<void>
}

/** `url` is of a member of todo5_owner, such as the user who runs migrations; `explain` makes of an error what is thrown. */
export async function openHandledEvents(url: string, explain: (error: unknown) => unknown): Promise<HandledEvents> {
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error)
    }
  }
  const client = await run(async () => {
    const connection = new Client({connectionString: url, application_name: 'todo5 consumer reset'})
    // A connection that is lost between two statements: the next statement rejects.
    connection.on('error', () => undefined)
    await connection.connect()
    return connection
  })
  const call = async (name: string, consumer: string, eventIds: readonly string[]): Promise<number> =>
    await run(async () => {
      const parameters = [consumer, eventIds, ...daysOf(eventIds)]
      const {rows} = await client.query<{events: string}>(
        `select todo.${name}($1, $2::uuid[], $3, $4) as events`,
        parameters,
      )
      return Number(rows[0]!.events)
    })
  return {
    count: async (consumer, eventIds) => await call('handled_events', consumer, eventIds),
    forget: async (consumer, eventIds) => await call('forget_handled_events', consumer, eventIds),
    close: async () => await client.end(),
  }
}

/** From the first to the last day in the ids; all days when one of them does not say. */
function daysOf(eventIds: readonly string[]): [string, string] {
  const days = eventIds.map(dayInId)
  const known = days.filter((day) => day !== undefined).toSorted()
  return known.length === days.length && known.length > 0 ? [known[0]!, known.at(-1)!] : ['-infinity', 'infinity']
}
