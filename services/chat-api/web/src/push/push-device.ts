import type {PushDevice, PushKey} from '../../../../contracts/push-devices.ts'
import {ApiError} from '../api/api-error.ts'
import {read, write} from '../api/client.ts'
import {dropSnapshot, keepSnapshot, readSnapshot} from '../api/device-store.ts'
import {deviceName} from './device-name.ts'

/** This browser, as the account knows it. */
export interface OwnDevice {
  readonly id: number
  readonly userId: string
  readonly endpoint: string
}

const NAME = 'push-device'

/** Undefined: nobody has turned notifications on here, or whoever did has signed out. */
export const ownDevice = async (): Promise<OwnDevice | undefined> => readSnapshot<OwnDevice>(NAME)

export const forgetOwnDevice = async (): Promise<void> => dropSnapshot(NAME)

/** Subscribes this browser and adds it to the account; again, it is the same device. Throws ApiError, DOMException. */
export async function addOwnDevice(worker: ServiceWorkerRegistration, userId: string): Promise<PushDevice> {
  const {public_key: key} = await read<PushKey>('/profile/push-key')
  const {endpoint, keys} = (await subscribe(worker, key)).toJSON()
  const body = {endpoint, keys, label: deviceName(navigator.userAgent)}
  const device = await write<PushDevice>('POST', '/profile/devices', {body})
  const before = await ownDevice()
  await keepSnapshot(NAME, {id: device.id, userId, endpoint: endpoint!} satisfies OwnDevice)
  // The address that this browser had before leads nowhere.
  if (before && before.userId === userId && before.id !== device.id) await removeDevice(before.id)
  return device
}

/** One that is gone already is as good. */
export async function removeDevice(id: number): Promise<void> {
  try {
    await write('DELETE', `/profile/devices/${id}`)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
}

async function subscribe({pushManager}: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const options = {userVisibleOnly: true, applicationServerKey: key}
  try {
    return await pushManager.subscribe(options)
  } catch (error) {
    // todo5 has another key than when this browser subscribed, which nothing else tells.
    const old = error instanceof DOMException && error.name === 'InvalidStateError'
    if (!old) throw error
    const before = await pushManager.getSubscription()
    await before?.unsubscribe()
    return pushManager.subscribe(options)
  }
}
