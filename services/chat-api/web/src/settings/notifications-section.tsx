import type {ProfileResponse} from '../../../../contracts/account.ts'
import type {WebhookState} from '../../../../contracts/webhook.ts'
import {useChannelsSetUp, useDevices, useWebhook} from '../api/channels.ts'
import {counted} from '../time/day-words.ts'
import {Check} from './check.tsx'
import {DevicesPart} from './devices-part.tsx'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {saveProfile} from './save-profile.ts'
import {useAct} from './use-act.ts'
import {WebhookPart} from './webhook-part.tsx'

const WAYS = [
  {value: 'email', label: 'E-mail'},
  {value: 'push', label: 'Push'},
  {value: 'webhook', label: 'Webhook'},
] as const
type Way = (typeof WAYS)[number]['value']

/** By which ways reminders go out that do not say it themselves. */
export function NotificationsSection({profile}: {profile: ProfileResponse}) {
  const {isBusy, problem, run} = useAct()
  const {channels} = profile
  const setUp = useChannelsSetUp()
  const {data: webhook} = useWebhook()
  const {data: list} = useDevices()
  const notes: Readonly<Record<Way, string>> = {
    email: `To ${profile.email}.${channels.join() === 'email' ? ' The only way, so it stays on.' : ''}`,
    push: pushNote(list?.devices.length ?? 0),
    webhook: webhookNote(webhook),
  }
  // Of what was chosen nothing is left; known when both have been read.
  const isLost = webhook !== undefined && list !== undefined && !channels.some((channel) => setUp.includes(channel))
  const toggle = (way: Way): void => {
    const wanted = WAYS.map(({value}) => value).filter((value) =>
      value === way ? !channels.includes(value) : channels.includes(value),
    )
    void run(async () => saveProfile({channels: wanted}))
  }
  return (
    <>
      <Part title="Reminders go out by">
        {isLost && (
          <p className="settings-problem">
            Nothing can be sent {channels.map((channel) => `by ${channel}`).join(' or ')} any more. Until that is set up
            anew, reminders come by mail to {profile.email}.
          </p>
        )}
        <ul className="settings-list">
          {WAYS.map(({value, label}) => {
            const isOn = channels.includes(value)
            // Somebody who wants to be reminded needs one way at least.
            const isFixed = isOn ? channels.length === 1 : !setUp.includes(value)
            return (
              <li key={value}>
                <Check
                  label={label}
                  note={notes[value]}
                  isOn={isOn}
                  isDisabled={isBusy || isFixed}
                  onChange={() => toggle(value)}
                />
              </li>
            )
          })}
        </ul>
        <Problem of={problem} />
        <p className="settings-quiet">
          A task can have other ways of its own. Reminders come an hour before, or at 09:00 of a day without a time,
          unless the task says otherwise.
        </p>
      </Part>
      <DevicesPart profile={profile} />
      <WebhookPart profile={profile} />
    </>
  )
}

const pushNote = (devices: number): string =>
  devices === 0 ? 'Needs a browser that shows notifications: turn it on below.' : `To ${counted(devices, 'device')}.`

function webhookNote(webhook: WebhookState | undefined): string {
  if (!webhook || webhook.url === null) return 'Needs an address of yours: set it up below.'
  return webhook.ended_at === null ? `To ${new URL(webhook.url).host}.` : 'It has ended: set it up anew below.'
}
