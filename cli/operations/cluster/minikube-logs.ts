import {type LogFilter, type LogLine, matchesFilter, parseLogLine} from '../read-logs.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {logsArgs} from '../../tools/kubectl-cluster.ts'
import {runBuild} from '../../tools/run-program.ts'
import {clusterCalls, KUBECTL_HINT} from '../release/cluster-calls.ts'
import type {ClusterPlace} from './cluster-place.ts'

/** Of each pod, before what is not asked for is left out. */
const MOST_LINES = 2000

const requestOf = (filter: LogFilter, lines: number, follow: boolean) => ({
  name: filter.service,
  lines,
  since: filter.since === undefined ? undefined : new Date(filter.since).toISOString(),
  follow,
})

/** The last lines of the pods there, oldest first. @throws CliError `cluster_unreachable` (exit 6), `program_failed` (5) */
export async function readMinikubeLogs(
  place: ClusterPlace,
  toolchain: Toolchain,
  filter: LogFilter,
  limit: number,
): Promise<LogLine[]> {
  const {stdout} = await clusterCalls(toolchain).kubectl(logsArgs(requestOf(filter, MOST_LINES, false), place))
  const lines = linesIn(stdout).filter((line) => matchesFilter(line, {...filter, service: undefined}))
  return lines.toSorted((a, b) => ((a.timestamp ?? '') < (b.timestamp ?? '') ? -1 : 1)).slice(-limit)
}

/** What they say from now on, until `signal`. */
export async function followMinikubeLogs(
  place: ClusterPlace,
  toolchain: Toolchain,
  filter: LogFilter,
  {signal, print}: {signal: AbortSignal; print: (line: LogLine) => void},
): Promise<void> {
  const path = await needProgram(KUBECTL, toolchain, KUBECTL_HINT)
  const args = logsArgs(requestOf({...filter, since: undefined}, 0, true), place)
  const {exitCode, stderr} = await runBuild(path, args, {
    signal,
    env: {PATH: toolchain.searchPath},
    onLine: (text) => {
      for (const line of linesIn(text)) if (matchesFilter(line, {...filter, service: undefined})) print(line)
    },
  })
  if (exitCode === 0) return
  throw new CliError('The pods that were followed have ended.', {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt: stderr.trim().split('\n').slice(-2),
    hints: ['todo5 status minikube'],
  })
}

const linesIn = (text: string): LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLogLine)
