import {useQuery} from '@tanstack/react-query'
import type {PushDeviceList} from '../../../../contracts/push-devices.ts'
import type {WebhookState} from '../../../../contracts/webhook.ts'
import {read} from './client.ts'
import {keys} from './query-keys.ts'

export const useWebhook = () =>
  useQuery({queryKey: keys.webhook, queryFn: async ({signal}) => read<WebhookState>('/profile/webhook', {signal})})

export const useDevices = () =>
  useQuery({queryKey: keys.devices, queryFn: async ({signal}) => read<PushDeviceList>('/profile/devices', {signal})})

/** By which ways something could go out to this account; mail alone until the others are known. */
export function useChannelsSetUp(): readonly string[] {
  const {data: webhook} = useWebhook()
  const {data: list} = useDevices()
  return [
    'email',
    ...(list && list.devices.length > 0 ? ['push'] : []),
    ...(webhook && webhook.url !== null && webhook.ended_at === null ? ['webhook'] : []),
  ]
}
