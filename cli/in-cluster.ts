import type {Composition} from './composition.ts'
import {usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {interruptible, untilInterrupted} from './interruption.ts'
import {clusterPlaceOf} from './operations/cloud/cloud-place.ts'
import type {ClusterPlace} from './operations/cluster/cluster-place.ts'
import {type ClusterTarget, findPlace, isCloud} from './operations/cluster/find-place.ts'
import type {OperateKind} from './operations/in-cluster/operator-pod.ts'
import {runInCluster} from './operations/in-cluster/run-in-cluster.ts'
import type {Output} from './output.ts'

/** Flags that a command has, as far as they say where it runs. */
export interface PlacedFlags {
  readonly 'kube-context'?: string | undefined
  readonly namespace?: string | undefined
  readonly target?: string | undefined
  readonly brokers?: string | undefined
  readonly 'database-url'?: string | undefined
  readonly follow?: boolean | undefined
  readonly watch?: boolean | undefined
  /** They name a file or a port of the machine that the command runs on. */
  readonly listen?: string | undefined
  readonly 'tls-ca'?: string | undefined
  readonly 'password-file'?: string | undefined
}

const CLUSTERS: readonly string[] = ['minikube', 'oke', 'aks', 'gke'] satisfies ClusterTarget[]

export const isCluster = (target: string | undefined): target is ClusterTarget =>
  target !== undefined && CLUSTERS.includes(target)

/** Whether the command is for a cluster that it cannot reach from here. With a broker or a database of its own it can. */
export const isForCluster = (flags: PlacedFlags): flags is PlacedFlags & {readonly target: ClusterTarget} =>
  isCluster(flags.target) && flags.brokers === undefined && flags['database-url'] === undefined

const OF_THIS_MACHINE = ['listen', 'tls-ca', 'password-file'] as const

interface Command {
  readonly composition: Composition
  readonly out: Output
  readonly kind: OperateKind
  readonly flags: PlacedFlags & {readonly target: ClusterTarget}
  /** As it was typed, without todo5. */
  readonly words: readonly string[]
  readonly json: boolean
}

/** Which cluster is meant: as it is typed, else as `deploy` or `up minikube` made it from here. */
export async function clusterPlace(
  composition: Composition,
  {target, 'kube-context': kubeContext, namespace}: PlacedFlags & {readonly target: ClusterTarget},
): Promise<ClusterPlace> {
  const {knownCloud} = await import('./cloud-context.ts')
  const cloud =
    isCloud(target) && kubeContext === undefined ? await knownCloud(composition, target, {namespace}) : undefined
  if (cloud !== undefined) return clusterPlaceOf(cloud)
  return (await findPlace({target, kubeContext, namespace}, composition.paths.state)).place
}

/** Runs the same command line there, and answers with its exit code; what it prints is what this command prints. */
export async function endInCluster({composition, out, kind, flags, words, json}: Command): Promise<number> {
  const {terminal, looks, version} = composition
  const {target} = flags
  const local = OF_THIS_MACHINE.find((name) => flags[name] !== undefined)
  if (local !== undefined) {
    throw usageError(
      `--${local} is of this machine, and the command runs in ${target}.`,
      'flag_of_this_machine',
      'leave it out, or name the --brokers that can be reached from here',
    )
  }
  const attachment = await composition.attachment(json)
  const place = await clusterPlace(composition, flags)
  const toolchain = await composition.toolchain()
  const {showProgress} = await import('./progress.ts')
  const progress = attachment.tty && looks.animated ? showProgress({pod: `a pod in ${target}`}) : undefined
  let code: number = EXIT.done
  const run = async (signal: AbortSignal): Promise<void> => {
    let finished: Promise<void> | undefined
    try {
      code = await runInCluster({
        place,
        kind,
        command: words,
        caller: {
          person: composition.person(),
          timeZone: composition.zone().name,
          columns: terminal.stdout.columns,
          colour: looks.colour.stdout,
          unicode: looks.unicode,
          accessible: looks.accessible,
        },
        toolchain,
        attachment,
        signal,
        onStderr: (text) => terminal.stderr.write(text),
        onReady: async (runs) => {
          finished = progress?.finish('done')
          await finished
          if (runs !== null && runs !== version && out.isTTY)
            out.note(`${target} runs todo5 ${runs}, this is ${version}: the command is the one there.`)
        },
      })
    } finally {
      await (finished ?? progress?.finish('failed'))
    }
  }
  await (flags.follow || flags.watch ? untilInterrupted(run) : interruptible(run))
  return code
}
