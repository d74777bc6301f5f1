import {Router} from '@koa/router'
import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import {type PushDevice, type PushDeviceList, newPushDeviceRequest} from '../../contracts/push-devices.ts'
import type {Database, Transaction} from '../../database/database.ts'
import {query, toDate, toDateOrNull, toNumber} from '../../database/query.ts'
import {DomainError} from '../../domain/errors.ts'
import {type HttpState, pathId, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {type CallOptions, callService, passOn} from '../call-service.ts'
import {leaveChannel} from './leave-channel.ts'

export interface PushDeviceRoutesOptions extends CallOptions {
  readonly database: Database
}

const MOST_DEVICES = 20

interface Row {
  readonly id: string
  readonly endpoint: string
  readonly label: string
  readonly created_at: string
  readonly last_success_at: string | null
}

const COLUMNS = 'id, endpoint, label, created_at, last_success_at'

/** /api/v1/profile/devices: where notifications are shown; /api/v1/profile/push-key: what a browser needs to be one. */
export function pushDeviceRoutes(options: PushDeviceRoutesOptions): Router<HttpState> {
  const {database} = options
  const router = new Router<HttpState>({prefix: '/api/v1/profile'})
  router.get('/push-key', async (ctx) => {
    const answer = await callService(ctx, options, {
      app: 'notification-service',
      method: 'GET',
      path: '/v1/push-key',
      headers: {accept: 'application/json'},
    })
    passOn(ctx, answer)
  })
  router.get('/devices', async (ctx) => {
    const userId = requireUser(ctx)
    const devices = await database.asUser(userId, async (tx) => readDevices(tx, userId))
    ctx.body = {devices} satisfies PushDeviceList
  })
  router.post('/devices', async (ctx) => {
    const userId = requireUser(ctx)
    const device = validate(newPushDeviceRequest, await readJson(ctx.req))
    const row = await database.asUser(userId, async (tx) => addDevice(tx, userId, device))
    ctx.status = 201
    ctx.body = present(row)
  })
  router.delete('/devices/:id', async (ctx) => {
    const userId = requireUser(ctx)
    const gone = (id: string) => new DomainError('not_found', 'device_not_found', `There is no device ${id}.`)
    const id = pathId(ctx, gone)
    await database.asUser(userId, async (tx) => {
      const rows = await query<{more: boolean}>(
        tx,
        `delete from todo.push_devices d where user_id = $1 and id = $2
         returning exists (select 1 from todo.push_devices o where o.user_id = d.user_id and o.id <> d.id) as more`,
        [userId, id],
      )
      if (!rows[0]) throw gone(String(id))
      if (!rows[0].more) await leaveChannel(tx, userId, 'push')
    })
    ctx.status = 204
  })
  return router
}

export async function readDevices(tx: Transaction, userId: string): Promise<PushDevice[]> {
  const rows = await query<Row>(tx, `select ${COLUMNS} from todo.push_devices where user_id = $1 order by id`, [userId])
  return rows.map(present)
}

/** The same browser again is the same device, with the keys that it has now. */
async function addDevice(
  tx: Transaction,
  userId: string,
  {endpoint, keys, label}: {endpoint: string; keys: {p256dh: string; auth: string}; label: string},
): Promise<Row> {
  // One after the other, or two that come at once would both be the last that there is room for. The lock is a statement
  // of its own: one that waited would count what was there before.
  const profiles = await query(tx, 'select 1 from todo.profiles where user_id = $1 for update', [userId])
  // A verified key is believed for some seconds after its account went.
  if (profiles.length === 0) throw new DomainError('unauthenticated', 'account_gone', 'This account has been deleted.')
  const [counted] = await query<{others: number}>(
    tx,
    'select count(*)::int as others from todo.push_devices where user_id = $1 and endpoint <> $2',
    [userId, endpoint],
  )
  if (counted!.others >= MOST_DEVICES) {
    throw new DomainError('conflict', 'too_many_devices', `There are ${MOST_DEVICES} devices already.`, {
      hint: 'Remove one that you no longer use.',
    })
  }
  const [row] = await query<Row>(
    tx,
    `insert into todo.push_devices (user_id, endpoint, p256dh, auth, label) values ($1, $2, $3, $4, $5)
     on conflict (user_id, endpoint) do update set p256dh = $3, auth = $4, label = $5 returning ${COLUMNS}`,
    [userId, endpoint, keys.p256dh, keys.auth, label],
  )
  return row!
}

const present = (row: Row): PushDevice => ({
  id: toNumber(row.id),
  label: row.label,
  service: new URL(row.endpoint).origin,
  created_at: formatInstant(toDate(row.created_at)),
  last_success_at: formatInstantOrNull(toDateOrNull(row.last_success_at)),
})
