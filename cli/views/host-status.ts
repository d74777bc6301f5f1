import type {HostProcessStatus, HostStatus} from '../operations/host-status.ts'
import {formatDuration} from '../../services/domain/dates/duration.ts'
import type {Output} from '../output.ts'
import {padEnd} from '../text-width.ts'
import {modelLine} from './model-line.ts'

const STATES: Readonly<Record<HostStatus['state'], string>> = {
  running: 'running',
  degraded: 'running, but a part of it is not well',
  starting: 'starting',
  stopping: 'stopping',
  stopped: 'not running',
  left_behind: 'not running, but its programs are: todo5 was killed',
}

/** A service and its sidecar belong together; so do the parts of the platform. */
export function printHostStatus(out: Output, status: HostStatus, {now, typedAs}: {now: number; typedAs: string}): void {
  const {bold, dim, good, warn} = out.style
  const paint = status.state === 'running' ? good : status.state === 'stopped' ? dim : warn
  const seconds = status.started_at === null ? 0 : Math.max(0, Math.floor((now - Date.parse(status.started_at)) / 1000))
  const since = status.state === 'running' ? ` for ${formatDuration(seconds)}` : ''
  const facts = [
    status.version === null ? '' : `todo5 ${status.version}`,
    status.pid === null ? '' : `pid ${status.pid}`,
    status.memory_bytes === null ? '' : `${megabytes(status.memory_bytes)} in all`,
  ].filter((fact) => fact !== '')
  const others = status.processes.filter(({state}) => state !== 'running')
  const byHand = status.state === 'degraded' && others.every(({state}) => state === 'stopped_by_hand')
  const words = byHand ? 'running, but for what is stopped by hand' : STATES[status.state]
  out.data(`${bold('host')}  ${paint(words)}${since}  ${dim(facts.join('  '))}`.trimEnd())
  for (const line of tree(out, status)) out.data(`  ${line}`)
  if (status.model !== null) out.data(`  ${modelLine(status.model)}`)
  if (status.api_url !== null) out.row([`API   ${status.api_url}`, `Mailbox  ${status.mailbox_url}`], {indent: '  '})
  if (status.state === 'stopped') out.note(`  Start it: ${typedAs} up host`)
  if (status.state === 'left_behind') out.note(`  Recover: ${typedAs} up host   or stop it: ${typedAs} down host`)
  if (byHand) out.note(`  Start again: ${typedAs} up host`)
  else if (status.state === 'degraded') out.note(`  Look at: ${typedAs} logs --target host --level WARN`)
}

function tree(out: Output, {processes, lag}: HostStatus): string[] {
  const unicode = out.style.symbols.ellipsis === '…'
  const lines: string[] = []
  for (const process of processes) {
    if (process.name.startsWith('daprd-') && processes.some(({name}) => `daprd-${name}` === process.name)) continue
    lines.push(processLine(out, process, process.name, 26))
    const sidecar = processes.find(({name}) => name === `daprd-${process.name}`)
    const branches = [
      ...(sidecar ? [processLine(out, sidecar, 'daprd', 24)] : []),
      ...(lag ?? [])
        .filter(({group}) => group === process.name)
        .map(({topic, lag: waiting}) => `${padEnd(topic, 24)}${waits(out, waiting)}`),
    ]
    for (const [index, branch] of branches.entries()) {
      const last = index === branches.length - 1
      lines.push(`${unicode ? (last ? '└ ' : '├ ') : last ? '`- ' : '|- '}${branch}`)
    }
  }
  return lines
}

const waits = (out: Output, lag: number): string => (lag === 0 ? out.style.dim('lag 0') : out.style.warn(`lag ${lag}`))

function processLine(out: Output, process: HostProcessStatus, title: string, width: number): string {
  const {good, warn, dim} = out.style
  const {state, pid, port, restarts, memory_bytes: memory} = process
  const word = state.replaceAll('_', ' ')
  const painted = (state === 'running' ? good : warn)(word) + ' '.repeat(Math.max(0, 12 - word.length))
  const facts = [
    (pid === null ? '' : `pid ${pid}`).padEnd(13),
    (port === null ? '' : `port ${port}`).padEnd(12),
    (memory === null ? '' : megabytes(memory)).padEnd(8),
    restarts === 0 ? '' : `restarted ${restarts}×`,
  ]
  return `${padEnd(title, width)}${painted}${dim(facts.join('').trimEnd())}`
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`
