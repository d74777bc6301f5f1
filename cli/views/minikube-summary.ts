import type {StageEvent} from '../operations/cluster/stages.ts'
import type {MinikubeUp} from '../operations/cluster/up-minikube.ts'
import type {Output} from '../output.ts'

/** What is shown of each stage while it runs. */
export const MINIKUBE_STAGES = {
  checks: 'programs and this machine',
  cluster: 'cluster',
  image: 'image',
  dapr: 'Dapr',
  secrets: 'namespace and secrets',
  platform: 'PostgreSQL, Kafka, mailbox',
  monitoring: 'numbers and traces',
  todo5: 'migration, topics, 5 services',
  verify: 'use it',
} as const

const NAME_WIDTH = Math.max(...Object.keys(MINIKUBE_STAGES).map((name) => name.length))

/** 0:41 */
const minutes = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

function stageLine(out: Output, stage: string, already: string | null, seconds: number): string {
  const {good, symbols} = out.style
  const done = already ?? `${MINIKUBE_STAGES[stage as keyof typeof MINIKUBE_STAGES]}: done`
  return `${good(symbols.done)} ${stage.padEnd(NAME_WIDTH)}  ${done}  ${minutes(seconds)}`
}

/** Where nothing can be animated: a line when something begins that takes its time, what it waits for, and when it is done. */
export function printMinikubeStage(out: Output, event: StageEvent): void {
  if (event.kind === 'step') out.note(`  ${event.text}`)
  else if (event.kind === 'waits') out.note(`  waits: ${event.text}`)
  else if (event.kind === 'done') out.note(stageLine(out, event.stage, event.already, event.seconds))
}

/** What `todo5 up minikube` says in the end; `whole`: what was shown while it ran is gone. */
export function printMinikubeSummary(out: Output, up: MinikubeUp, typedAs: string, whole: boolean): void {
  const {bold} = out.style
  if (whole) {
    for (const {stage, already, took_seconds: seconds} of up.stages) out.note(stageLine(out, stage, already, seconds))
  }
  const took = up.already_running ? 'runs already' : `ready in ${minutes(up.took_seconds)}`
  out.data(
    `todo5 ${up.version} in Minikube (profile ${up.profile}, namespace ${up.namespace})   ${took}`,
    `  App   ${new URL(up.api_url).origin}/`,
  )
  out.row([`API   ${up.api_url}`, `Mailbox  ${typedAs} mailbox list`], {indent: '  '})
  if (up.monitoring !== 'none') {
    const numbers = up.monitoring === 'full' ? 'grafana' : 'prometheus'
    out.row([`Numbers  ${typedAs} open ${numbers}`, `Traces  ${typedAs} open zipkin`], {indent: '  '})
  }
  out.row(
    [
      `Stop  ${typedAs} down minikube  (data stays)`,
      `Status  ${typedAs} status minikube`,
      `Logs  ${typedAs} logs --target minikube -f`,
    ],
    {indent: '  '},
  )
  out.data(`  Try:  ${bold(`${typedAs} add "water the plants every mon and thu at 9 #home"`)}    context: minikube`)
}
