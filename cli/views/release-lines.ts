import type {ObjectDiff} from '../operations/release/diff-manifests.ts'
import type {ReleaseDetails, ReleaseRevision} from '../operations/release/list-releases.ts'
import type {ReleaseEvent} from '../operations/release/run-watched.ts'
import type {Output} from '../output.ts'
import {instantOfLog} from './audit-lines.ts'
import {printSteps} from './down-lines.ts'
import type {TimeView} from './task-lines.ts'

/** `3:07`. */
const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** A line on stderr for each stage that is done or has failed; on a terminal also for what goes on. */
export function releaseProgress(out: Output): (event: ReleaseEvent) => void {
  const {good, bad, dim, symbols} = out.noteStyle
  return (event) => {
    const stage = event.stage.padEnd(9)
    if (event.kind === 'begun' && out.isTTY) out.note(dim(`  ${stage} ${event.title} ${symbols.ellipsis}`))
    else if (event.kind === 'done') out.note(`${good(symbols.done)} ${stage} ${event.title}  ${clock(event.seconds)}`)
    else if (event.kind === 'failed') out.note(`${bad(symbols.failed)} ${stage} ${event.why}  ${clock(event.seconds)}`)
  }
}

/** `~ Deployment/chat-api` and its lines. */
export function printDiff(out: Output, diff: readonly ObjectDiff[], against: string): void {
  const {good, bad, bold, dim} = out.style
  if (diff.length === 0) {
    out.data(`Nothing differs from ${against}.`)
    return
  }
  for (const {object, change, lines} of diff) {
    const head = {added: `+ ${object}`, removed: `- ${object}`, changed: `~ ${object}`}[change]
    out.raw({added: good, removed: bad, changed: bold}[change](head))
    out.raw(
      ...lines.map((line) => {
        const paint = line.startsWith('+') ? good : line.startsWith('-') ? bad : dim
        return `  ${paint(line)}`
      }),
    )
  }
}

/** What a deploy would do, and what it would do if that failed. */
export function printPlan(out: Output, steps: readonly string[], stepsBack: readonly string[] | undefined): void {
  printSteps(out, steps)
  if (stepsBack === undefined) return
  if (stepsBack.length === 0) {
    out.data('If one fails, all is left as it is: no revision is known to be good.')
    return
  }
  out.data('If one fails:')
  printSteps(out, stepsBack)
}

const stateOf = ({good, status, failure}: ReleaseRevision): string => {
  if (good) return 'good'
  if (status === 'failed' || failure !== null) return 'failed'
  return status === 'deployed' || status === 'superseded' ? 'not verified' : status
}

export function printReleases(out: Output, revisions: readonly ReleaseRevision[], view: TimeView): void {
  out.table<ReleaseRevision>(
    [
      {title: '', text: ({current}) => (current ? out.style.symbols.arrow : '')},
      {title: 'REV', text: ({revision}) => String(revision), align: 'right'},
      {title: 'WHEN', text: ({deployed_at: at}) => instantOfLog(Date.parse(at), out, view)},
      {title: 'STATE', text: stateOf},
      {title: 'IMAGE', text: ({image, chart}) => image ?? chart},
      {title: 'WHY', text: ({failure}) => failure ?? '', atLeast: 10},
    ],
    revisions,
  )
}

export function printRelease(out: Output, one: ReleaseDetails, view: TimeView): void {
  const fact = (name: string, text: string | null): void => {
    if (text !== null) out.data(`${name.padEnd(9)} ${text}`)
  }
  fact('revision', `${one.revision}${one.current ? ', the one that is there now' : ''}`)
  fact('state', one.failure === null ? stateOf(one) : `${stateOf(one)}: ${one.failure}`)
  fact('image', one.image)
  fact('chart', one.chart)
  fact('deployed', instantOfLog(Date.parse(one.deployed_at), out, view))
  fact('verified', one.verified_at === null ? null : instantOfLog(Date.parse(one.verified_at), out, view))
  fact('by', one.by)
  fact('objects', one.objects.join(', '))
  if (one.diff !== null) {
    out.note('')
    printDiff(out, one.diff, `revision ${one.compared_with}`)
  }
}
