import type {ProfileResponse} from '../../../../contracts/account.ts'
import {ApiError, isSignedOut} from '../api/api-error.ts'
import {write} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {dropSubscription, startWorker} from './push-browser.ts'
import {addOwnDevice, forgetOwnDevice, ownDevice, removeDevice} from './push-device.ts'

const refused = (code: string, message: string, hint: string): ApiError =>
  new ApiError({status: 409, code, message, hint})

/** Only after a press: the browser asks the person. Then reminders come here too. Throws ApiError. */
export async function turnOnPush(profile: ProfileResponse): Promise<void> {
  // First of all: after anything that takes time a browser no longer believes that somebody pressed.
  const answer = await Notification.requestPermission()
  if (answer === 'denied')
    throw refused(
      'push_blocked',
      'This browser does not let todo5 notify you.',
      'Allow it in the settings of the site.',
    )
  if (answer !== 'granted')
    throw refused('push_unanswered', 'The question of the browser was not answered.', 'Try again.')
  try {
    await addOwnDevice(await startWorker(), profile.user_id)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    throw refused('push_service', 'The push service of this browser could not be reached.', 'Try again later.')
  }
  await queryClient.invalidateQueries({queryKey: keys.devices})
  await addChannel(profile, 'push')
}

/** Reminders that say nothing else go out by it too. */
export async function addChannel(profile: ProfileResponse, channel: string): Promise<void> {
  if (profile.channels.includes(channel)) return
  const body = {channels: [...profile.channels, channel]}
  queryClient.setQueryData(keys.profile, await write<ProfileResponse>('PATCH', '/profile', {body}))
}

/** This browser shows nothing of the account any more, and the account knows it no more. */
export async function turnOffPush(): Promise<void> {
  const own = await ownDevice()
  try {
    if (own) await removeDevice(own.id)
  } catch (error) {
    // A session that has ended lets nobody remove it; the push service then says that the address is gone.
    if (!isSignedOut(error)) throw error
  }
  await dropSubscription()
  await forgetOwnDevice()
}
