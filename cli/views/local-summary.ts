import {DEFAULT_PORT, type LocalState} from '../../services/contracts/local.ts'
import type {BroughtUp} from '../operations/bring-up.ts'
import type {Output} from '../output.ts'
import {hiddenPassword} from '../supervisor/hidden-password.ts'
import type {RestartReason} from '../supervisor/restart-reason.ts'

export const postgresTitle = (databaseUrl: string | null, version?: string | null): string => {
  const number = version ? ` ${version.split('.')[0]!}` : ''
  return databaseUrl === null ? `PostgreSQL${number} (embedded)` : `PostgreSQL${number} at ${placeOf(databaseUrl)}`
}

const placeOf = (url: string): string => URL.parse(url)?.host ?? hiddenPassword(url)

/** What `todo5 up` says in the end, within 80 columns. */
export function printSummary(out: Output, up: BroughtUp, typedAs: string, appUrl: string): void {
  const {good, bold, symbols} = out.style
  const {state} = up
  const checks = [
    postgresTitle(state.options.database_url, state.postgres_version),
    '5 services',
    state.options.smtp_url === null ? 'mailbox' : `mail by ${placeOf(state.options.smtp_url)}`,
  ]
  const took = up.already ? 'runs already' : `ready in ${up.seconds.toFixed(1)} s`
  out.row([...checks.map((text) => `${good(symbols.done)} ${text}`), `${up.already ? '' : '  '}${took}`], {gap: '   '})
  if (up.restarted !== null) out.warning(restartText(up.restarted, state))
  if (up.portTakenBy !== null) {
    const took = new URL(state.api_url!).port
    out.warning(`Port ${DEFAULT_PORT} is used by ${up.portTakenBy}; todo5 took ${took}.`)
  }
  if (state.options.smtp_url !== null && state.options.mail_to === null) {
    out.warning('Reminders go where an earlier --mail-to said, else nowhere: give --mail-to you@example.com.')
  }
  out.data(`  App   ${appUrl}`)
  out.row([`API   ${state.api_url!}`, `Mailbox  ${state.mailbox_url!}`], {indent: '  '})
  const stop = `${typedAs} down  (data stays)`
  out.row([`Stop  ${stop.padEnd(state.api_url!.length)}`, `Logs     ${typedAs} logs -f`], {indent: '  '})
  out.data(
    `  Try:  ${bold(`${typedAs} add "water the plants every mon and thu at 9 #home"`)}`,
    `        ${bold(`${typedAs} task list`)}`,
  )
}

function restartText(reason: RestartReason, {version}: LocalState): string {
  const texts: Readonly<Record<RestartReason, string>> = {
    older_version: `An older todo5 ran; now it is ${version}, and the database is migrated.`,
    other_build: 'Another build of todo5 ran; this one took its place.',
    other_options: 'It was started again with these options.',
    unhealthy: 'It ran, but did not answer; it was started again.',
  }
  return texts[reason]
}
