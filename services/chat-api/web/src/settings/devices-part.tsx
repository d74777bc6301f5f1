import {useQuery} from '@tanstack/react-query'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import type {PushDevice} from '../../../../contracts/push-devices.ts'
import {useDevices} from '../api/channels.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {currentSubscription, pushAbility} from '../push/push-browser.ts'
import {ownDevice, removeDevice} from '../push/push-device.ts'
import {turnOffPush, turnOnPush} from '../push/turn-on.ts'
import {Button} from '../ui/button.tsx'
import {notify} from '../ui/notices.ts'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {useAct} from './use-act.ts'
import {useWhen} from './use-when.ts'

/** The id of this browser among the devices, when it is one and can be reached. */
async function readOwnId(): Promise<number | null> {
  const [own, subscription] = await Promise.all([ownDevice(), currentSubscription()])
  return own && subscription?.endpoint === own.endpoint ? own.id : null
}

const readAgain = async (): Promise<void> => {
  await Promise.all([
    queryClient.invalidateQueries({queryKey: keys.devices}),
    queryClient.invalidateQueries({queryKey: keys.profile}),
  ])
}

/** Browsers that show notifications, this one among them. */
export function DevicesPart({profile}: {profile: ProfileResponse}) {
  const {data, error} = useDevices()
  const {data: ownId = null} = useQuery({queryKey: [...keys.devices, 'own'], queryFn: readOwnId})
  const {isBusy, problem, run} = useAct()
  const devices = data?.devices ?? []
  const isOn = devices.some(({id}) => id === ownId)
  const turnOn = async (): Promise<void> => {
    await turnOnPush(profile)
    notify('Reminders come to this browser too.')
  }
  const remove = async (id: number): Promise<void> => {
    if (id === ownId) await turnOffPush()
    else await removeDevice(id)
    await readAgain()
    notify(id === ownId ? 'This browser shows no reminders any more.' : 'The device is removed.')
  }
  return (
    <Part title="Push">
      <p>Browsers that you turn it on in show reminders as notifications, also while todo5 is closed.</p>
      {data && !isOn && <ThisBrowser isBusy={isBusy} onTurnOn={() => void run(turnOn)} />}
      <Problem of={problem ?? error} />
      {devices.length > 0 && (
        <ul className="settings-list" aria-label="Devices">
          {devices.map((device) => (
            <DeviceLine
              key={device.id}
              of={device}
              isOwn={device.id === ownId}
              isBusy={isBusy}
              onRemove={() => void run(async () => remove(device.id))}
            />
          ))}
        </ul>
      )}
    </Part>
  )
}

function ThisBrowser({isBusy, onTurnOn}: {isBusy: boolean; onTurnOn: () => void}) {
  const ability = pushAbility()
  if (ability === 'unsupported')
    return (
      <p className="settings-quiet">
        This browser cannot show notifications of todo5 here. It has to know push, and the page has to come by https.
      </p>
    )
  if (ability === 'to-install')
    return (
      <p className="settings-quiet">
        On an iPhone or iPad only apps of the Home Screen may notify you. Press Share, then “Add to Home Screen”; open
        todo5 from there, and turn it on here (iOS 16.4 or later).
      </p>
    )
  if (ability === 'blocked')
    return (
      <p className="settings-quiet">
        This browser does not let todo5 notify you. Allow it in the browser’s settings of this site, then reload.
      </p>
    )
  return (
    <div>
      <Button isDisabled={isBusy} onPress={onTurnOn}>
        Turn on for this browser
      </Button>
    </div>
  )
}

function DeviceLine({
  of: {label, created_at: made, last_success_at: success},
  isOwn,
  isBusy,
  onRemove,
}: {
  of: PushDevice
  isOwn: boolean
  isBusy: boolean
  onRemove: () => void
}) {
  const when = useWhen()
  return (
    <li>
      <span className="settings-main">
        <span>
          {label}
          {isOwn && ' (this one)'}
        </span>
        <span className="settings-quiet">
          {success === null ? `Added ${when(made)}, nothing sent yet` : `Last reached ${when(success)}`}
        </span>
      </span>
      <Button
        aria-label={isOwn ? 'Turn off for this browser' : `Remove ${label}`}
        isDisabled={isBusy}
        onPress={onRemove}
      >
        {isOwn ? 'Turn off' : 'Remove'}
      </Button>
    </li>
  )
}
