import type {ProfileResponse, UpdateProfileRequest} from '../../../../contracts/account.ts'
import {write} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {notify} from '../ui/notices.ts'

export async function saveProfile(changes: UpdateProfileRequest): Promise<void> {
  const profile = await write<ProfileResponse>('PATCH', '/profile', {body: changes})
  queryClient.setQueryData(keys.profile, profile)
  notify('Saved.')
}
