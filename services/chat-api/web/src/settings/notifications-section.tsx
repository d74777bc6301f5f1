import type {ProfileResponse} from '../../../../contracts/account.ts'
import {Check} from './check.tsx'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {saveProfile} from './save-profile.ts'
import {useAct} from './use-act.ts'

const WAYS = [
  {value: 'email', label: 'E-mail'},
  {value: 'push', label: 'Push to this browser'},
  {value: 'webhook', label: 'Webhook'},
] as const
type Way = (typeof WAYS)[number]['value']

/** By which ways reminders go out that do not say it themselves. */
export function NotificationsSection({profile}: {profile: ProfileResponse}) {
  const {isBusy, problem, run} = useAct()
  const {channels} = profile
  const toggle = (way: Way): void => {
    const wanted = WAYS.map(({value}) => value).filter((value) =>
      value === way ? !channels.includes(value) : channels.includes(value),
    )
    void run(async () => saveProfile({channels: wanted}))
  }
  return (
    <Part title="Reminders go out by">
      <ul className="settings-list">
        {WAYS.map(({value, label}) => {
          const isOn = channels.includes(value)
          return (
            <li key={value}>
              <Check
                label={label}
                note={noteOf(value, profile)}
                isOn={isOn}
                // Somebody who wants to be reminded needs one way at least.
                isDisabled={isBusy || (isOn && channels.length === 1)}
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
  )
}

function noteOf(way: Way, {email, channels}: ProfileResponse): string {
  if (way === 'email') return `To ${email}.${channels.length === 1 ? ' The only way, so it stays on.' : ''}`
  if (channels.includes(way)) return 'On.'
  return way === 'push' ? 'In browsers that you allow it in.' : 'A signed request to an address of yours.'
}
