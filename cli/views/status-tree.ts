import type {HealthResponse} from '../../services/contracts/status.ts'
import type {LocalStatus, ProcessStatus} from '../operations/local-status.ts'
import {formatDuration} from '../../services/domain/dates/duration.ts'
import type {Output} from '../output.ts'
import {padEnd} from '../text-width.ts'
import {modelLine} from './model-line.ts'
import {waitingLine} from './waiting-lines.ts'

const STATES: Readonly<Record<LocalStatus['state'], string>> = {
  running: 'running',
  degraded: 'running, but a part of it does not answer',
  starting: 'starting',
  stopping: 'stopping',
  stopped: 'not running',
  left_behind: 'not running, but its PostgreSQL is: todo5 was killed',
}

/** The processes and what is in them, one line each. */
export function printStatus(out: Output, status: LocalStatus, {now, typedAs}: {now: number; typedAs: string}): void {
  const {bold, dim, good, warn, bad} = out.style
  const paint = status.state === 'running' ? good : status.state === 'stopped' ? dim : warn
  const since = status.started_at === null ? '' : ` for ${uptime(now - Date.parse(status.started_at))}`
  const version = status.version === null ? '' : `  ${dim(`todo5 ${status.version}`)}`
  out.data(`${bold('local')}  ${paint(STATES[status.state])}${status.state === 'running' ? since : ''}${version}`)
  const branches: string[] = []
  for (const process of status.processes) {
    branches.push(processLine(out, process))
    if (process.name === 'todo5') {
      const inside = serviceLines(out, status)
      branches.push(
        ...inside.map((line, index) => `${index === inside.length - 1 ? lastOf(out) : branchOf(out)}${line}`),
      )
    }
  }
  if (status.database_url !== null) branches.push(`${padEnd('PostgreSQL', 26)}${status.database_url}`)
  if (status.model !== null) branches.push(modelLine(status.model))
  for (const line of branches) out.data(`  ${line}`)
  if (status.api_url !== null) out.row([`API   ${status.api_url}`, `Mailbox  ${status.mailbox_url}`], {indent: '  '})
  for (const {context, changes} of status.waiting)
    out.note(`  ${waitingLine(changes, context, `${typedAs} sync --context ${context}`)}`)
  if (status.state === 'stopped') out.note(`  Start it: ${typedAs} up`)
  if (status.state === 'left_behind') out.note(`  ${bad('!')} Recover: ${typedAs} up   or stop it: ${typedAs} down`)
  if (status.state === 'degraded') out.note(`  Look at: ${typedAs} logs --level WARN   start again: ${typedAs} up`)
}

const branchOf = (out: Output): string => (out.style.symbols.ellipsis === '…' ? '├ ' : '|- ')
const lastOf = (out: Output): string => (out.style.symbols.ellipsis === '…' ? '└ ' : '`- ')

function processLine(out: Output, {name, state, pid, port, memory_bytes}: ProcessStatus): string {
  const {good, warn, dim} = out.style
  const title = name === 'postgresql' ? 'PostgreSQL' : name
  const word = state.replaceAll('_', ' ')
  const painted = (state === 'running' ? good : warn)(word) + ' '.repeat(Math.max(0, 14 - word.length))
  const facts = [
    pid === null ? '' : `pid ${pid}`,
    port === null ? '' : `port ${port}`,
    memory_bytes === null ? '' : `${Math.round(memory_bytes / 1024 / 1024)} MB`,
  ]
  return `${padEnd(title, 26)}${painted}${dim(
    facts
      .map((fact) => fact.padEnd(12))
      .join('')
      .trimEnd(),
  )}`
}

function serviceLines(out: Output, {services, outbox}: LocalStatus): string[] {
  const {good, bad, warn, dim} = out.style
  const lines = services.map((service) => {
    const paint = service.status === 'ok' ? good : service.status === 'draining' ? warn : bad
    return `${padEnd(service.service, 24)}${paint(service.status)}${faults(service)}`
  })
  if (outbox) {
    const waits =
      outbox.pending === 0 ? 'empty' : `${outbox.pending} events, oldest ${outbox.oldest_seconds.toFixed(1)} s`
    lines.push(`${padEnd('outbox', 24)}${outbox.oldest_seconds > 60 ? warn(waits) : dim(waits)}`)
  }
  return lines
}

function faults({checks}: HealthResponse): string {
  const failing = Object.entries(checks).filter(([, check]) => !check.ok)
  return failing.length === 0
    ? ''
    : `  ${failing.map(([name, check]) => `${name}: ${check.detail ?? 'fails'}`).join('; ')}`
}

/** The two largest units: `3 d 4 h`. */
function uptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const coarse = seconds >= 86_400 ? 3600 : seconds >= 3600 ? 60 : 1
  return formatDuration(seconds - (seconds % coarse)).replaceAll(/([a-z])(?=\d)/gu, '$1 ')
}
