import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {harmlessLine} from '../../harmless-text.ts'
import type {ProgramResult} from '../../tools/run-program.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'

/** How a target is looked at when its cluster does not answer. */
const howToLook = ({target, kubeContext}: ClusterPlace): string[] =>
  target === 'minikube' ? ['todo5 doctor minikube'] : [`kubectl --context ${kubeContext} cluster-info`]

/** What kubectl, or the way to the cluster, answered, as far as whoever runs the command can do something about it. */
export function clusterError({exitCode, stderr}: ProgramResult, place: ClusterPlace): CliError {
  const {target, kubeContext, namespace} = place
  const said = stderr
    .split('\n')
    .map(harmlessLine)
    .filter((line) => line.trim() !== '')
  const last = (said.at(-1) ?? '').replace(/^(error|Error from server( \(\w+\))?): /u, '')
  if (
    /context "?[^"]*"? does not exist|no context exists with the name|no configuration has been provided/u.test(stderr)
  ) {
    return new CliError(`There is no cluster ${target}: the kubeconfig has no context ${kubeContext}.`, {
      code: 'no_cluster',
      exit: EXIT.unreachable,
      hints: [
        ...(target === 'minikube' ? ['todo5 up minikube        makes one'] : []),
        '--kube-context NAME        kubectl config get-contexts lists them',
      ],
    })
  }
  if (/\(Forbidden\)|is forbidden/u.test(stderr)) {
    return new CliError(`You may not do that in the namespace ${namespace} of ${target}: ${last}`, {
      code: 'cluster_forbidden',
      exit: EXIT.refused,
      hints: ['docs/operations.md names the rights that an operator needs there'],
    })
  }
  if (/\(Unauthorized\)|must be logged in/u.test(stderr)) {
    return new CliError(`${target} does not know you: ${last}`, {
      code: 'cluster_unauthorized',
      exit: EXIT.refused,
      hints: howToLook(place),
    })
  }
  if (exitCode === undefined || UNREACHABLE.test(stderr)) {
    return new CliError(`${target} does not answer${last === '' ? '' : `: ${last}`}`, {
      code: 'cluster_unreachable',
      exit: EXIT.unreachable,
      hints: howToLook(place),
    })
  }
  return new CliError(`kubectl failed (exit code ${exitCode})${last === '' ? '.' : `: ${last}`}`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt: said.slice(-8, -1).map((line) => `  ${line}`),
    hints: howToLook(place),
  })
}

const UNREACHABLE =
  /was refused|Unable to connect|no such host|i\/o timeout|deadline exceeded|TLS handshake|connection reset|no route to host|network is unreachable|Client\.Timeout|ServiceUnavailable/u
