import {useQuery} from '@tanstack/react-query'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import {read} from './client.ts'
import {keys} from './query-keys.ts'

/** Who is signed in; an ApiError with status 401 when nobody is. */
export const useProfile = () =>
  useQuery({queryKey: keys.profile, queryFn: async ({signal}) => read<ProfileResponse>('/profile', {signal})})

/** The zone of the account, in which times are shown and typed; that of the device until the account is known. */
export const useZone = (): string =>
  useProfile().data?.time_zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
