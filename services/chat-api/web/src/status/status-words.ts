import type {OperatorStatusResponse} from '../../../../contracts/operator-status.ts'
import type {ServiceName} from '../../../../contracts/service-names.ts'

type Service = OperatorStatusResponse['services'][number]

/** What each service is to people, and what waits while it is away. */
export const SERVICE_WORDS: Readonly<Record<ServiceName, {readonly title: string; readonly without: string}>> = {
  'task-service': {title: 'Tasks', without: 'Tasks can be neither read nor changed.'},
  'recurring-task-service': {title: 'Recurring tasks', without: 'Next occurrences are made when it is back.'},
  'notification-service': {title: 'Reminders', without: 'Reminders are sent when it is back.'},
  'audit-service': {title: 'History', without: 'Histories are complete again when it is back.'},
  'chat-api': {title: 'Web app and API', without: 'Some requests fail.'},
}

export const STATE_WORDS: Readonly<Record<Service['state'], string>> = {
  ok: 'Works',
  unavailable: 'Ill',
  draining: 'Stopping',
  away: 'Away',
}

export interface Verdict {
  readonly isWell: boolean
  readonly words: string
}

/** More than this behind is worth a word, seconds; as the alerts have it. */
const OUTBOX_LATE_SECONDS = 60

/** The one sentence for whoever only looks in. */
export function verdictOf({services, outbox, reminders, dead_letters: dead}: OperatorStatusResponse): Verdict {
  const down = services.filter(({state}) => state !== 'ok')
  if (down.length === 1) {
    const {title, without} = SERVICE_WORDS[down[0]!.service]
    return {isWell: false, words: `${title}: ${whatIsWrong(down[0]!)} ${without}`}
  }
  if (down.length > 1) return {isWell: false, words: `${down.length} of ${services.length} services do not work.`}
  if (outbox && outbox.oldest_seconds > OUTBOX_LATE_SECONDS)
    return {isWell: false, words: 'Events wait for long. Next occurrences and reminders can come late.'}
  if (reminders && reminders.failed > 0) {
    const were = reminders.failed === 1 ? 'A reminder was' : `${reminders.failed} reminders were`
    return {isWell: false, words: `${were} given up. The history of its task says why.`}
  }
  if (dead !== null && dead > 0)
    return {isWell: false, words: `All services work. ${counted(dead, 'event')} could not be handled.`}
  return {isWell: true, words: 'All is well.'}
}

function whatIsWrong({state, failing}: Service): string {
  if (state === 'away') return 'this service does not answer.'
  if (state === 'draining') return 'this service is stopping.'
  return failing.length === 0 ? 'this service cannot work.' : `no answer from its ${failing.join(', ')}.`
}

export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : `${one}s`}`

/** `3 days`, `2 hours`, `5 minutes`, `12 s`: the largest unit alone, cut. */
export function lasting(seconds: number): string {
  if (seconds >= 172_800) return counted(Math.floor(seconds / 86_400), 'day')
  if (seconds >= 7200) return counted(Math.floor(seconds / 3600), 'hour')
  if (seconds >= 120) return counted(Math.floor(seconds / 60), 'minute')
  return `${Math.floor(seconds)} s`
}
