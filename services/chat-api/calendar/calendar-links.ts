import {createHash, randomBytes} from 'node:crypto'
import type {Database} from '../../database/database.ts'
import {query, toDate} from '../../database/query.ts'
import {DomainError} from '../../domain/errors.ts'

/** One link for each user. It reads the calendar and nothing else; who has its token needs no account. */
export interface CalendarLinks {
  /** When the link was made; null: there is none. */
  madeAt(userId: string): Promise<Date | null>
  /** A new link; the one before it ends. The token is kept nowhere. */
  make(userId: string): Promise<{token: string; madeAt: Date}>
  end(userId: string): Promise<void>
  /** Whose link it is; null when it is none, or ended. */
  userOf(token: string): Promise<string | null>
}

const hash = (token: string): Buffer => createHash('sha256').update(token).digest()

export const createCalendarLinks = (database: Database): CalendarLinks => ({
  madeAt: async (userId) =>
    database.asUser(userId, async (tx) => {
      const [link] = await query<{created_at: string}>(
        tx,
        'select created_at from todo.calendar_links where user_id = $1',
        [userId],
      )
      return link ? toDate(link.created_at) : null
    }),
  make: async (userId) => {
    const token = randomBytes(32).toString('base64url')
    const [link] = await database.asUser(userId, async (tx) =>
      query<{created_at: string}>(
        tx,
        `insert into todo.calendar_links (user_id, token_hash)
         select user_id, $2 from todo.profiles where user_id = $1
         on conflict (user_id) do update set token_hash = excluded.token_hash, created_at = clock_timestamp()
         returning created_at`,
        [userId, hash(token)],
      ),
    )
    // A verified key is believed for some seconds after its account went.
    if (!link) throw new DomainError('unauthenticated', 'account_gone', 'This account has been deleted.')
    return {token, madeAt: toDate(link.created_at)}
  },
  end: async (userId) => {
    await database.asUser(userId, async (tx) =>
      query(tx, 'delete from todo.calendar_links where user_id = $1', [userId]),
    )
  },
  userOf: async (token) => {
    const [found] = await database.acrossUsers(async (tx) =>
      query<{user_id: string | null}>(tx, 'select todo.calendar_user($1) as user_id', [hash(token)]),
    )
    return found?.user_id ?? null
  },
})
