import './status.css'
import {useQuery} from '@tanstack/react-query'
import {CircleCheck, TriangleAlert} from 'lucide-react'
import type {ReactNode} from 'react'
import type {OperatorStatusResponse} from '../../../../contracts/operator-status.ts'
import {sentenceOf} from '../api/api-error.ts'
import {read} from '../api/client.ts'
import {useProfile, useZone} from '../api/profile.ts'
import {keys} from '../api/query-keys.ts'
import {Link} from '../shell/link.tsx'
import {SERVICE_WORDS, STATE_WORDS, counted, lasting, verdictOf} from './status-words.ts'

const EVERY_MS = 3000

/** `/status`: looked at every few seconds, but not while nobody sees it. */
export default function StatusPage() {
  const {data: profile} = useProfile()
  if (!profile) return null
  return (
    <div className="page status">
      <h1>Status</h1>
      {profile.role === 'operator' ? <Status /> : <ForOperators />}
    </div>
  )
}

const ForOperators = () => (
  <p>
    This page is for the operators of this todo5. <Link href="/">Go to Today</Link>
  </p>
)

function Status() {
  const {data, error} = useQuery({
    queryKey: keys.status,
    queryFn: async ({signal}) => read<OperatorStatusResponse>('/operator/status', {signal}),
    // Hidden pages are not refreshed; one that is seen again is at once.
    refetchInterval: EVERY_MS,
    staleTime: 0,
    retry: false,
  })
  const clock = useClock()
  return (
    <>
      {error && (
        <p className="status-verdict status-bad" role="alert">
          <TriangleAlert className="icon" aria-hidden />
          {`${sentenceOf(error)} Trying again${data ? `; below is how it was at ${clock(data.at)}` : ''}.`}
        </p>
      )}
      {data && !error && <VerdictLine of={data} />}
      {data && (
        <>
          <Services of={data} />
          <Figures of={data} />
          <p className="status-quiet">
            As of <time dateTime={data.at}>{clock(data.at)}</time>, every {EVERY_MS / 1000} s while you look. Counts
            since the start begin anew with each restart.
          </p>
        </>
      )}
    </>
  )
}

function useClock(): (instant: string) => string {
  const zone = useZone()
  return (instant) => new Date(instant).toLocaleTimeString('en-GB', {timeZone: zone})
}

/** Said when it changes. */
function VerdictLine({of}: {readonly of: OperatorStatusResponse}) {
  const {isWell, words} = verdictOf(of)
  const Icon = isWell ? CircleCheck : TriangleAlert
  return (
    <p className={isWell ? 'status-verdict' : 'status-verdict status-bad'} role="status">
      <Icon className="icon" aria-hidden />
      {words}
    </p>
  )
}

const Services = ({of: {services}}: {readonly of: OperatorStatusResponse}) => (
  <section aria-labelledby="status-services">
    <h2 id="status-services">Services</h2>
    <ul className="status-services">
      {services.map(({service, state, version, uptime_seconds: up}) => (
        <li key={service}>
          <div>
            <h3>{SERVICE_WORDS[service].title}</h3>
            <p className="status-quiet">
              {[service, ...(version === null ? [] : [version]), ...(up === null ? [] : [`up ${lasting(up)}`])].join(
                ' · ',
              )}
            </p>
          </div>
          <span className={`status-chip status-${state}`}>{STATE_WORDS[state]}</span>
        </li>
      ))}
    </ul>
  </section>
)

function Figures({of: {outbox, reminders, occurrences, dead_letters: dead}}: {readonly of: OperatorStatusResponse}) {
  return (
    <section aria-labelledby="status-figures">
      <h2 id="status-figures">Numbers</h2>
      <dl className="status-figures">
        <Figure name="Outbox">
          {outbox &&
            (outbox.waiting === 0
              ? 'Nothing waits'
              : `${counted(outbox.waiting, 'event')} ${outbox.waiting === 1 ? 'waits' : 'wait'}, the oldest for ${lasting(outbox.oldest_seconds)}`)}
        </Figure>
        <Figure name={reminders ? `Reminders of the last ${lasting(reminders.over_seconds)}` : 'Reminders'}>
          {reminders && `${reminders.sent} sent, ${reminders.failed} failed, ${reminders.late} late`}
        </Figure>
        <Figure name="Occurrences ahead">
          {occurrences &&
            `${occurrences.next_24_hours} in 24 hours, ${occurrences.next_7_days} in 7 days, ${occurrences.later} later; ${occurrences.overdue} overdue`}
        </Figure>
        <Figure name="Dead letters since the start">
          {dead === null ? null : dead === 0 ? 'None' : counted(dead, 'event')}
        </Figure>
      </dl>
    </section>
  )
}

const Figure = ({name, children}: {readonly name: string; readonly children: ReactNode}) => (
  <div>
    <dt>{name}</dt>
    <dd className="figures">{children ?? 'Not known now'}</dd>
  </div>
)
