import {useQuery} from '@tanstack/react-query'
import {auth} from '../api/client.ts'
import {forgetDevice} from '../api/device-store.ts'
import {useZone} from '../api/profile.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {dateInWords} from '../recurrence-editor/shown-date.ts'
import {turnOffPush} from '../push/turn-on.ts'
import {navigate} from '../shell/router.ts'
import {useNow} from '../tasks/use-now.ts'
import {Button} from '../ui/button.tsx'
import {notify} from '../ui/notices.ts'
import {deviceName} from '../push/device-name.ts'
import {Problem} from './problem.tsx'
import {useAct} from './use-act.ts'

interface Session {
  readonly id: string
  readonly createdAt: string
  readonly userAgent?: string | null
}

const readSessions = async (): Promise<{sessions: Session[]; own: string | null}> => {
  const [sessions, own] = await Promise.all([
    auth<Session[]>('GET', '/list-sessions'),
    auth<{session: {id: string}} | null>('GET', '/get-session'),
  ])
  return {sessions, own: own?.session.id ?? null}
}

/** Where the account is signed in. */
export function Sessions() {
  const zone = useZone()
  const now = useNow()
  const {data, error} = useQuery({queryKey: keys.sessions, queryFn: readSessions})
  const {isBusy, problem, run} = useAct()
  const end = async (id: string): Promise<void> => {
    await auth('POST', '/revoke-session', {body: {id}})
    notify('Signed out there.')
    await queryClient.invalidateQueries({queryKey: keys.sessions})
  }
  const signOut = async (): Promise<void> => {
    // While the session still allows it: afterwards nobody would be told that this browser shows nothing any more.
    await turnOffPush()
    await auth('POST', '/sign-out', {body: {}})
    await forgetDevice()
    queryClient.clear()
    navigate('/sign-in')
  }
  return (
    <>
      <ul className="settings-list">
        {data?.sessions.map((session) => (
          <li key={session.id}>
            <span className="settings-main">
              <span>
                {deviceName(session.userAgent ?? '')}
                {session.id === data.own && ' (this one)'}
              </span>
              <span className="settings-quiet">
                since {dateInWords(Date.parse(session.createdAt), {zone, now, hasTime: true})}
              </span>
            </span>
            {session.id !== data.own && (
              <Button isDisabled={isBusy} onPress={() => void run(async () => end(session.id))}>
                Sign out there
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Problem of={problem ?? error} />
      <div>
        <Button isDisabled={isBusy} onPress={() => void run(signOut)}>
          Sign out
        </Button>
      </div>
    </>
  )
}
