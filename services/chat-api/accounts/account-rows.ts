import type {Pool} from 'pg'
import {DomainError} from '../../domain/errors.ts'

export interface AccountFacts {
  readonly created_at: string
  readonly keys: readonly {
    readonly name: string | null
    readonly created_at: string
    readonly expires_at: string | null
  }[]
  readonly sessions: readonly {
    readonly created_at: string
    readonly address: string | null
    readonly program: string | null
  }[]
}

const FACTS = `
  select u."createdAt" as created_at,
    coalesce((select json_agg(json_build_object('name', k."name", 'created_at', k."createdAt", 'expires_at', k."expiresAt")
      order by k."createdAt") from auth."apikey" k where k."referenceId" = u."id"::text), '[]') as keys,
    coalesce((select json_agg(json_build_object('created_at', s."createdAt", 'address', s."ipAddress", 'program', s."userAgent")
      order by s."createdAt") from auth."session" s where s."userId" = u."id"), '[]') as sessions
  from auth."user" u where u."id" = $1`

interface FactsRow extends Omit<AccountFacts, 'created_at'> {
  readonly created_at: Date
}

export async function describeAccount(pool: Pool, userId: string): Promise<AccountFacts> {
  const {rows} = await pool.query<FactsRow>(FACTS, [userId])
  const [row] = rows
  if (!row) throw new DomainError('unauthenticated', 'account_gone', 'This account has been deleted.')
  return {...row, created_at: row.created_at.toISOString()}
}

export async function sessionToken(pool: Pool, id: string): Promise<string | null> {
  const {rows} = await pool.query<{token: string}>('select "token" from auth."session" where "id" = $1', [id])
  return rows[0]?.token ?? null
}

export async function removeExpired(pool: Pool): Promise<void> {
  await pool.query('select todo.erase_leftovers()')
  for (const table of ['session', 'verification', 'deviceCode'])
    await pool.query(`delete from auth."${table}" where "expiresAt" < now() - interval '1 day'`)
}
