import {Download} from 'lucide-react'
import {useState} from 'react'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import type {DeletedAccountResponse} from '../../../../contracts/account-end.ts'
import {write} from '../api/client.ts'
import {forgetDevice} from '../api/device-store.ts'
import {queryClient} from '../api/query-client.ts'
import {Button} from '../ui/button.tsx'
import {Dialog} from '../ui/dialog.tsx'
import {TextField} from '../ui/field.tsx'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {useAct} from './use-act.ts'

export function DataSection({profile}: {profile: ProfileResponse}) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Part title="Export">
        <p>
          All that is kept of you, as one JSON file: tasks, series, reminders, history, profile, and where reminders go.
        </p>
        <div>
          <a className="button button-plain" href="/api/v1/export" download>
            <Download className="icon" aria-hidden /> Download
          </a>
        </div>
      </Part>
      <Part title="Delete the account">
        <p>Your tasks, series, reminders, keys and sessions are removed at once. It cannot be undone.</p>
        <div>
          <Button look="danger" onPress={() => setAsking(true)}>
            Delete the account…
          </Button>
        </div>
        {isAsking && <DeleteAccount profile={profile} onClose={() => setAsking(false)} />}
      </Part>
    </>
  )
}

function DeleteAccount({profile, onClose}: {profile: ProfileResponse; onClose: () => void}) {
  const [password, setPassword] = useState('')
  const [gone, setGone] = useState<DeletedAccountResponse | null>(null)
  const {isBusy, problem, run} = useAct()
  const leave = (): void => {
    queryClient.clear()
    location.assign('/sign-in')
  }
  const remove = async (): Promise<void> => {
    const deleted = await write<DeletedAccountResponse>('DELETE', '/account', {body: {password}})
    await forgetDevice()
    setGone(deleted)
  }
  if (gone)
    return (
      <Dialog
        title="The account is deleted"
        role="alertdialog"
        isOpen
        onClose={leave}
        actions={<Button onPress={leave}>Close</Button>}
      >
        <WhatWent of={gone} />
      </Dialog>
    )
  return (
    <Dialog
      title="Delete the account?"
      role="alertdialog"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Keep it</Button>
          <Button look="danger" isDisabled={isBusy || password === ''} onPress={() => void run(remove)}>
            Delete {profile.email}
          </Button>
        </>
      }
    >
      <div className="settings-form">
        <p>Everything of {profile.email} is removed. Export it first if you may want it.</p>
        <TextField
          label="Your password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
        <Problem of={problem} />
      </div>
    </Dialog>
  )
}

function WhatWent({of: {removed, kept}}: {of: DeletedAccountResponse}) {
  const {tasks, series, reminders, keys, sessions} = removed
  return (
    <div className="settings-form">
      <p>
        Removed: {tasks} tasks, {series} series, {reminders} reminders, {keys} keys, {sessions} sessions.
      </p>
      {kept.length > 0 && (
        <>
          <p>What stays, and for how long:</p>
          <ul className="settings-kept">
            {kept.map(({what, text}) => (
              <li key={what}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
