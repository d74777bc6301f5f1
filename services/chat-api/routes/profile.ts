import {Router} from '@koa/router'
import {channelFault} from '../../contracts/channels.ts'
import {type ProfileResponse, type UpdateProfileRequest, updateProfileRequest} from '../../contracts/account.ts'
import type {Database, Transaction} from '../../database/database.ts'
import {ProfileEntity} from '../../database/entities/profile.ts'
import {query} from '../../database/query.ts'
import {channelsNotSetUp} from '../../database/statements/channels-not-set-up.ts'
import {DomainError, invalidRequest} from '../../domain/errors.ts'
import {type HttpState, isOperator, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'

/** GET and PATCH /api/v1/profile: what todo5 knows of the person, and where reminders go. */
export function profileRoutes(database: Database): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1/profile'})
  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    ctx.body = await database.asUser(userId, async (tx) => readProfile(tx, userId, isOperator(ctx)))
  })
  router.patch('/', async (ctx) => {
    const userId = requireUser(ctx)
    const changes = validate(updateProfileRequest, await readJson(ctx.req))
    ctx.body = await database.asUser(userId, async (tx) => {
      await updateProfile(tx, userId, changes)
      return readProfile(tx, userId, isOperator(ctx))
    })
  })
  return router
}

export async function readProfile(tx: Transaction, userId: string, operator: boolean): Promise<ProfileResponse> {
  const profile = await tx.findOne(ProfileEntity, {user_id: userId}, {refresh: true})
  // A verified key is believed for some seconds after its account went.
  if (!profile) throw new DomainError('unauthenticated', 'account_gone', 'This account has been deleted.')
  return {
    user_id: profile.user_id,
    email: profile.email,
    name: profile.name,
    time_zone: profile.time_zone,
    channels: profile.channels,
    role: operator ? 'operator' : 'user',
  }
}

/** Name and zone belong to the account, from which a trigger copies them; the channels are only in the profile. */
async function updateProfile(tx: Transaction, userId: string, changes: UpdateProfileRequest): Promise<void> {
  if (changes.name !== undefined || changes.time_zone !== undefined) {
    await query(
      tx,
      `update auth."user" set "name" = coalesce($2, "name"), "time_zone" = coalesce($3, "time_zone"), "updatedAt" = now()
       where "id" = $1`,
      [userId, changes.name ?? null, changes.time_zone ?? null],
    )
  }
  if (changes.channels !== undefined) {
    const {channels} = changes
    const missing: readonly string[] = await channelsNotSetUp(tx, userId, channels)
    if (missing.length > 0) {
      throw invalidRequest(
        channels.flatMap((channel, at) =>
          missing.includes(channel) ? [channelFault(`channels[${at}]`, channel)] : [],
        ),
      )
    }
    await query(
      tx,
      `update todo.profiles set channels = $2::varchar[], version = version + 1, updated_at = clock_timestamp()
       where user_id = $1`,
      [userId, channels],
    )
  }
}
