import type {Pool} from 'pg'
import {RateLimiterMemory, RateLimiterRes} from 'rate-limiter-flexible'
import type {DeletedAccountResponse} from '../../contracts/account-end.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Auth} from './create-auth.ts'
import type {Identity} from './identity.ts'

/** Whoever took somebody's key must not find the password by trying it here. */
const WRONG_PASSWORDS = {points: 5, duration: 600}
const FRESH = `
  select 1 from auth."session"
  where "id" = $1 and "userId" = $2 and "createdAt" > clock_timestamp() - interval '10 minutes'`
const OTHER_OPERATOR = `select 1 from auth."user" where "role" = 'operator' and "id" <> $1 limit 1`

export interface AccountEnd {
  /** Throws DomainError when it may not be: nothing is changed then. */
  erase(identity: Identity, password: string | undefined, conversations: Erasable): Promise<DeletedAccountResponse>
}

/** What is kept of a user outside of the database: it says how many of them there were. */
interface Erasable {
  erase(userId: string): Promise<number>
}

/** The end of an account: whoever asks proves once more who they are. */
export function createAccountEnd(auth: Auth, pool: Pool): AccountEnd {
  const wrong = new RateLimiterMemory({keyPrefix: 'wrong passwords', ...WRONG_PASSWORDS})

  async function assertIs({userId, credentialId}: Identity, password: string | undefined): Promise<void> {
    if (password === undefined) {
      if ((await pool.query(FRESH, [credentialId, userId])).rowCount === 1) return
      throw new DomainError('forbidden', 'not_fresh', 'The account is deleted only with its password.', {
        hint: 'Send the password, or sign in anew and repeat it within 10 minutes.',
      })
    }
    try {
      await wrong.consume(userId)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      throw new DomainError('rate_limited', 'rate_limited', 'Too many wrong passwords.', {
        hint: 'Wait as long as Retry-After says.',
        retryAfterSeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)),
      })
    }
    const {internalAdapter, password: hashing} = await auth.$context
    const account = await internalAdapter.findCredentialAccount(userId)
    const hash = account?.password
    if (!hash || !(await hashing.verify({password, hash}))) {
      throw new DomainError('forbidden', 'wrong_password', 'That is not the password of this account.')
    }
    await wrong.delete(userId)
  }

  return {
    erase: async (identity, password, conversations) => {
      await assertIs(identity, password)
      const {userId, role} = identity
      if (role === 'operator' && (await pool.query(OTHER_OPERATOR, [userId])).rowCount === 0) {
        throw new DomainError('conflict', 'last_operator', 'This is the only operator of this todo5.', {
          hint: 'On your own machine, todo5 down --delete removes everything.',
        })
      }
      // Before the rows: of an account that is gone nobody could ask for them any more.
      const talks = await conversations.erase(userId)
      const {erased, at} = await eraseRows(pool, userId)
      const later = await conversations.erase(userId)
      return present({...erased, conversations: talks + later}, at)
    },
  }
}

interface Erased {
  readonly erased: Counts
  readonly at: Date
}

/** Ten years of tasks take longer than a statement of the accounts may otherwise. */
async function eraseRows(pool: Pool, userId: string): Promise<Erased> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(`begin; set local statement_timeout = '120s'`)
    const {rows} = await client.query<Erased>('select todo.erase_user($1) as erased, clock_timestamp() as at', [userId])
    await client.query('commit')
    return rows[0]!
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    // One that failed is closed, with whatever it had begun.
    client.release(broken)
  }
}

type Counts = Readonly<Record<string, number>>

const present = (counts: Counts, at: Date): DeletedAccountResponse => ({
  deleted_at: at.toISOString(),
  removed: {
    tasks: counts['tasks'] ?? 0,
    series: counts['series'] ?? 0,
    reminders: counts['reminders'] ?? 0,
    keys: counts['keys'] ?? 0,
    sessions: counts['sessions'] ?? 0,
    conversations: counts['conversations'] ?? 0,
  },
  kept: [
    {
      what: 'audit_entries',
      count: counts['audit_logs'] ?? 0,
      text: 'What happened and when stays in the audit log, under a number that nobody can lead back to you. No titles or texts are in it.',
    },
    {
      what: 'events',
      count: null,
      text: 'Events stay in their topics until the retention of those ends, 7 days unless this todo5 is set to another. They hold numbers and times, no titles or texts.',
    },
    {what: 'mails', count: null, text: 'Mails that were sent stay in the mailboxes that got them.'},
    {what: 'backups', count: null, text: 'Backups that were made before stay until they are deleted.'},
  ],
})
