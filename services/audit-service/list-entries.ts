import type {AuditListResponse, ListAuditQuery} from '../contracts/audit.ts'
import {formatInstant} from '../contracts/instant.ts'
import type {Transaction} from '../database/database.ts'
import {query, toDate, toNumber} from '../database/query.ts'
import {decodeCursor, encodeCursor} from '../runtime/cursor.ts'

interface Row {
  readonly id: string
  readonly event_id: string
  readonly event_type: string
  readonly task_id: string
  readonly occurred_at: string
  readonly recorded_at: string
  readonly payload: Record<string, unknown>
}

/** One page of the user's own entries, as they were recorded, newest first. */
export async function listEntries(
  tx: Transaction,
  userId: string,
  request: ListAuditQuery,
): Promise<AuditListResponse> {
  const rows = await query<Row>(
    tx,
    `select id, event_id, event_type, task_id, occurred_at, recorded_at, payload from todo.audit_logs
     where user_id = $1 and ($2::bigint is null or task_id = $2) and ($3::text is null or event_type = $3)
       and ($4::bigint is null or id < $4)
     order by id desc limit $5`,
    [
      userId,
      request.task_id ?? null,
      request.event_type ?? null,
      request.cursor === undefined ? null : decodeCursor(request.cursor).id,
      request.limit + 1,
    ],
  )
  const page = rows.slice(0, request.limit)
  return {
    entries: page.map((row) => ({
      id: toNumber(row.id),
      event_id: row.event_id,
      event_type: row.event_type,
      task_id: toNumber(row.task_id),
      occurred_at: formatInstant(toDate(row.occurred_at)),
      recorded_at: formatInstant(toDate(row.recorded_at)),
      payload: row.payload,
    })),
    next_cursor: rows.length > page.length ? encodeCursor({at: null, id: toNumber(page.at(-1)!.id)}) : null,
  }
}
