import type {WebhookState, WebhookTest} from '../../../../contracts/webhook.ts'

/** What is to be done about a test delivery that was not taken. */
const ADVICE: Readonly<Record<string, string>> = {
  no_answer: 'Is the address right, and does its server run?',
  not_taken: 'Look into the log of its server. Any answer from 200 to 299 means taken.',
  redirect: 'Set up the address that it leads to.',
  address_refused: 'todo5 sends to the internet alone. Whoever runs it can allow more.',
  gone: 'Set it up anew when there is a receiver again.',
  webhook_ended: 'Set it up anew when there is a receiver again.',
}

/** What became of a test delivery, in words. */
export function testInWords({taken, code, answer}: WebhookTest): string {
  if (taken) return `Taken. The receiver answered ${sentence(answer)}`
  const advice = ADVICE[code ?? '']
  return `Not taken. ${sentence(answer)}${advice === undefined ? '' : ` ${advice}`}`
}

const sentence = (text: string): string => {
  const trimmed = text.trim()
  return /[.!?]$/u.test(trimmed) ? trimmed : `${trimmed}.`
}

/** `when` turns an instant into words. */
export function webhookState(
  {created_at: made, last_success_at: success, ended_at: ended}: WebhookState,
  when: (at: string) => string,
): string {
  if (ended !== null) return `Ended ${when(ended)}: its receiver said that it is gone (410). Nothing is sent since.`
  const last = success === null ? 'Nothing has been delivered yet.' : `Last delivered ${when(success)}.`
  return made === null ? last : `Set up ${when(made)}. ${last}`
}
