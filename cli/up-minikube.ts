import type {Composition} from './composition.ts'
import {usageError} from './errors.ts'
import {interruptible} from './interruption.ts'
import {NAMESPACE, PROFILE} from './operations/cluster/cluster-place.ts'
import type {Monitoring} from './operations/cluster/monitoring.ts'
import {
  CONTEXT,
  type MinikubeUp,
  planUpMinikube,
  upMinikube,
  type UpMinikubeRequest,
  WANTED,
} from './operations/cluster/up-minikube.ts'
import type {Output} from './output.ts'
import {showProgress} from './progress.ts'
import {holderHere} from './release-flags.ts'
import {printSteps} from './views/down-lines.ts'
import {MINIKUBE_STAGES, printMinikubeStage, printMinikubeSummary} from './views/minikube-summary.ts'

export interface MinikubeFlags {
  readonly profile?: string | undefined
  readonly namespace?: string | undefined
  readonly driver?: string | undefined
  readonly cpus?: number | undefined
  readonly memory?: number | undefined
  readonly port?: number | undefined
  readonly 'dapr-chart'?: string | undefined
  readonly values?: readonly string[] | undefined
  readonly set?: readonly string[] | undefined
  readonly monitoring?: Monitoring | undefined
  readonly 'dry-run'?: boolean | undefined
}

export type MinikubeUpJson = MinikubeUp | {readonly dry_run: true; readonly steps: readonly string[]}

const OF_MINIKUBE = [
  'profile',
  'namespace',
  'driver',
  'cpus',
  'memory',
  'dapr-chart',
  'values',
  'set',
  'monitoring',
] as const
const OF_OTHERS = [
  'attach',
  'database-url',
  'smtp-url',
  'mail-to',
  'notify-command',
  'model-url',
  'model-name',
  'model-key',
  'model-timeout',
  'only',
  'at-login',
] as const

/** A flag that the target has not is a mistake, not something to leave out; variables of the environment are for all. */
export function refuseFlags(target: 'local' | 'host' | 'minikube', typed: readonly string[]): void {
  const names: readonly string[] = target === 'minikube' ? OF_OTHERS : OF_MINIKUBE
  const wrong = names.find((name) => typed.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)))
  if (wrong === undefined) return
  throw usageError(
    `up ${target} has no --${wrong}.`,
    target === 'minikube' ? 'flag_of_others' : 'flag_of_minikube',
    target === 'minikube'
      ? 'todo5 up minikube --set NAME=VALUE        sets a value of the chart'
      : 'todo5 up minikube has it',
  )
}

/** `todo5 up minikube`. */
export async function runUpMinikube({
  composition,
  out,
  flags,
  animated,
}: {
  composition: Composition
  out: Output
  flags: MinikubeFlags
  animated: boolean
}): Promise<MinikubeUpJson> {
  const toolchain = await composition.toolchain()
  const ports = await composition.ports()
  const requestWith = (signal: AbortSignal): UpMinikubeRequest => ({
    place: {target: CONTEXT, kubeContext: flags.profile ?? PROFILE, namespace: flags.namespace ?? NAMESPACE},
    driver: flags.driver,
    wanted: {cpus: flags.cpus ?? WANTED.cpus, memoryMegabytes: (flags.memory ?? WANTED.memoryMegabytes / 1024) * 1024},
    port: flags.port,
    daprChart: flags['dapr-chart'],
    values: flags.values ?? [],
    set: flags.set ?? [],
    monitoring: flags.monitoring,
    root: composition.root,
    version: composition.version,
    typedAs: composition.typedAs,
    by: holderHere(composition),
    paths: composition.paths,
    http: composition.http,
    toolchain,
    ports,
    signal,
    now: () => composition.now(),
  })
  return await interruptible(async (signal) => {
    if (flags['dry-run']) {
      const steps = await planUpMinikube(requestWith(signal))
      printSteps(out, steps)
      return {dry_run: true, steps}
    }
    const progress = animated ? showProgress(MINIKUBE_STAGES) : undefined
    try {
      const up = await upMinikube(requestWith(signal), (event) => {
        const stage = event.stage as keyof typeof MINIKUBE_STAGES
        if (event.kind === 'begun') progress?.reach(stage)
        else if (event.kind === 'waits') progress?.say(stage, event.text)
        else if (event.kind === 'said') progress?.say(stage, event.line)
        if (progress === undefined) printMinikubeStage(out, event)
      })
      await progress?.finish('done')
      printMinikubeSummary(out, up, composition.typedAs, animated)
      return up
    } finally {
      await progress?.finish('failed')
    }
  })
}
