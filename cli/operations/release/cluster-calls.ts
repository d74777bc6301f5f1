import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {HELM} from '../../tools/helm.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {HELM_HINT} from './install-release.ts'

export const KUBECTL_HINT = 'kubectl: https://kubernetes.io/docs/tasks/tools'

/** What one question to the cluster may take, ms. */
const ANSWER_WITHIN_MS = 180_000

/** Asks the cluster by its programs. */
export interface ClusterCalls {
  /** @throws CliError `cluster_unreachable` (exit 6), `no_kube_context` (3), `program_failed` (5), `program_missing` (4) */
  readonly helm: (args: readonly string[], options?: CallOptions) => Promise<ProgramResult>
  readonly kubectl: (args: readonly string[], options?: CallOptions) => Promise<ProgramResult>
}

interface CallOptions {
  readonly signal?: AbortSignal
  /** Is it no failure? It is handed back then. */
  readonly expected?: (result: ProgramResult) => boolean
}

export function clusterCalls(toolchain: Toolchain): ClusterCalls {
  const call =
    (program: string, hint: string): ClusterCalls['helm'] =>
    async (args, {signal, expected} = {}) => {
      const path = await needProgram(program, toolchain, hint)
      const env = {PATH: toolchain.searchPath}
      const result = await runProgram(path, args, {timeoutMs: ANSWER_WITHIN_MS, env, ...(signal && {signal})})
      if (result.exitCode === 0 || expected?.(result) === true) return result
      throw callError(program, args, result)
    }
  return {helm: call(HELM, HELM_HINT), kubectl: call(KUBECTL, KUBECTL_HINT)}
}

const UNREACHABLE =
  /connection refused|was refused|i\/o timeout|no such host|Unable to connect|cluster unreachable|TLS handshake timeout|no route to host/iu

/** What a program said when it failed, as what a person is told. */
function callError(program: string, args: readonly string[], {exitCode, stdout, stderr}: ProgramResult): CliError {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  const context = /context "?([^"\s]+)"? does not exist/u.exec(stderr)?.[1]
  if (context !== undefined) {
    return new CliError(`The kubeconfig has no context ${context}.`, {
      code: 'no_kube_context',
      exit: EXIT.notFound,
      hints: ['kubectl config get-contexts        lists those that there are'],
    })
  }
  const excerpt = lines.slice(-8).map((line) => `  ${line}`)
  const hints = [`${program} ${args.join(' ')}`]
  if (exitCode === undefined || UNREACHABLE.test(stderr)) {
    return new CliError('The cluster does not answer.', {
      code: 'cluster_unreachable',
      exit: EXIT.unreachable,
      excerpt,
      hints,
    })
  }
  const words = args.filter((word) => !word.startsWith('-')).slice(0, 2)
  return new CliError(`${program} ${words.join(' ')} failed (exit code ${exitCode}).`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt,
    hints,
  })
}
