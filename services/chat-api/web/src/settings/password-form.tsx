import {useState} from 'react'
import {auth} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {notify} from '../ui/notices.ts'
import {Problem} from './problem.tsx'
import {useAct} from './use-act.ts'

const SHORTEST = 8

export function PasswordForm() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const {isBusy, problem, run} = useAct()
  const isShort = next !== '' && next.length < SHORTEST
  const change = async (): Promise<void> => {
    const body = {currentPassword: current, newPassword: next, revokeOtherSessions: true}
    await auth('POST', '/change-password', {body})
    setCurrent('')
    setNext('')
    notify('The password is changed. Other devices are signed out.')
    await queryClient.invalidateQueries({queryKey: keys.sessions})
  }
  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault()
        void run(change)
      }}
    >
      <TextField
        label="Password now"
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        description={`At least ${SHORTEST} characters. Your other devices are signed out.`}
        error={isShort ? `It needs ${SHORTEST - next.length} more.` : undefined}
        value={next}
        onChange={setNext}
      />
      <Problem of={problem} />
      <div>
        <Button type="submit" isDisabled={isBusy || current === '' || next.length < SHORTEST}>
          Change the password
        </Button>
      </div>
    </form>
  )
}
