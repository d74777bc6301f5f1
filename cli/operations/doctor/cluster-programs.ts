import {DOCKER, engineVersionArgs, PODMAN} from '../../tools/docker.ts'
import {HELM, helmVersionArgs} from '../../tools/helm.ts'
import {clientVersionArgs, KUBECTL} from '../../tools/kubectl.ts'
import {MINIKUBE, minikubeVersionArgs} from '../../tools/minikube.ts'
import {runProgram} from '../../tools/run-program.ts'
import {findOnPath} from '../../toolchain/search-path.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {isIn, versionIn} from '../../toolchain/version.ts'
import {ok, problem, type Verdict, warning} from './check.ts'

type ClusterProgram = 'minikube' | 'kubectl' | 'helm' | 'engine'

interface Wanted {
  /** The first that is there counts. */
  readonly names: readonly string[]
  readonly args: () => string[]
  /** Null: any. */
  readonly from: string | null
  readonly source: string
}

/**
 * What todo5 works with in a cluster. minikube 1.36: the first whose default is Kubernetes 1.33, where native sidecars (the
 * charts use them) are stable. kubectl 1.32: it may be one minor older than its cluster. helm 3.17: the oldest whose library
 * knows Kubernetes 1.32; 4 calls one flag otherwise (wayBackFlag). Docker and Podman: any that Minikube takes.
 */
const CLUSTER_PROGRAMS: Readonly<Record<ClusterProgram, Wanted>> = {
  minikube: {
    names: [MINIKUBE],
    args: minikubeVersionArgs,
    from: '1.36.0',
    source: 'https://minikube.sigs.k8s.io/docs/start',
  },
  kubectl: {
    names: [KUBECTL],
    args: clientVersionArgs,
    from: '1.32.0',
    source: 'https://kubernetes.io/docs/tasks/tools',
  },
  helm: {names: [HELM], args: helmVersionArgs, from: '3.17.0', source: 'https://helm.sh/docs/intro/install'},
  engine: {
    names: [DOCKER, PODMAN],
    args: engineVersionArgs,
    from: null,
    source: 'https://docs.docker.com/engine/install',
  },
}

export interface FoundClusterProgram {
  readonly program: ClusterProgram
  /** What it is called: the engine has two names. */
  readonly name: string
  /** Null: it is not on the PATH. */
  readonly path: string | null
  /** Null: it did not say. */
  readonly version: string | null
}

export async function findClusterProgram(
  program: ClusterProgram,
  toolchain: Toolchain,
  timeoutMs: number,
): Promise<FoundClusterProgram> {
  const {names, args} = CLUSTER_PROGRAMS[program]
  for (const name of names) {
    const path = await findOnPath(name, toolchain)
    if (path === undefined) continue
    const {exitCode, stdout} = await runProgram(path, args(), {timeoutMs, env: {PATH: toolchain.searchPath}})
    // kubectl prints an object, in which this is the first name with v before its digits.
    const said = /"gitVersion":\s*"v([^"]+)"/u.exec(stdout)?.[1] ?? stdout
    return {program, name, path, version: (exitCode === 0 ? versionIn(said) : undefined) ?? null}
  }
  return {program, name: names.join(' or '), path: null, version: null}
}

export function checkClusterProgram({program, name, path, version}: FoundClusterProgram): Verdict {
  const {from, source} = CLUSTER_PROGRAMS[program]
  const next = [`${source}        where it comes from`]
  if (path === null) return problem(`there is no ${name} on the PATH`, {next})
  if (version === null) return warning(`${path} does not say its version`, {next})
  const named = program === 'engine' ? `${name} ${version}` : version
  if (from === null || isIn(version, {from, before: '999'})) return ok(named)
  return problem(`${named} is too old, ${from} or newer is needed`, {next})
}
