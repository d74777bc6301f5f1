import type {ProfileResponse} from '../../../../contracts/account.ts'
import {readSnapshot} from './device-store.ts'
import {keys} from './query-keys.ts'
import {LAST, type Snapshot} from './snapshot-shape.ts'

/** The zone of the account that was last seen on this device, also where no page is open; else that of the device. */
export async function readZone(): Promise<string> {
  const [, profile] = (await readSnapshot<Snapshot>(LAST))?.find(([key]) => key[0] === keys.profile[0]) ?? []
  return (profile as ProfileResponse | undefined)?.time_zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
}
