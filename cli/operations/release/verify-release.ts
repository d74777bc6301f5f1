import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {KUBECTL, rawArgs} from '../../tools/kubectl.ts'
import {releasePodsArgs, releaseRolloutArgs} from '../../tools/kubectl-release.ts'
import {type ClusterPlace, RELEASE} from '../cluster/cluster-place.ts'
import type {Step} from '../program-steps.ts'
import {type ClusterCalls, KUBECTL_HINT} from './cluster-calls.ts'
import {endingPods} from './pod-trouble.ts'

/** Uses todo5 as a person would; rejects with what did not work. */
export interface Verification {
  /** As in a list of steps, such as `add a task that repeats, complete it, see the next one`. */
  readonly title: string
  readonly run: (signal: AbortSignal) => Promise<void>
}

const ROLLED_OUT_SECONDS = 60
const ANSWER_SECONDS = 10
/** What pods take that end in order; one that takes longer says nothing against those that follow it. */
const ENDED_WITHIN_MS = 100_000
const POLL_MS = 2000

/**
 * What has to be true of a release before it counts as good, by whatever way it came: each service is rolled out, chat-api
 * answers through its Service, and what `uses` tries works: by its own pods, not by those that it follows.
 */
export const verifySteps = (calls: ClusterCalls, place: ClusterPlace, uses: readonly Verification[]): Step[] => [
  {
    kind: 'program',
    program: KUBECTL,
    args: releaseRolloutArgs(RELEASE, place, ROLLED_OUT_SECONDS),
    hint: KUBECTL_HINT,
  },
  {
    kind: 'own',
    text: `ask chat-api through its Service`,
    work: async () => await askEdge(calls, place),
  },
  {
    kind: 'own',
    text: 'wait until the pods of before have ended, which still take events and jobs',
    work: async (signal) => await outlive(calls, place, signal),
  },
  ...uses.map(({title, run}): Step => ({kind: 'own', text: title, work: run})),
]

async function outlive(calls: ClusterCalls, place: ClusterPlace, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + ENDED_WITHIN_MS
  for (;;) {
    const {stdout} = await calls.kubectl(releasePodsArgs(place), {signal})
    if (endingPods(stdout).length === 0 || performance.now() > deadline) return
    await delay(POLL_MS, undefined, {signal})
  }
}

/** Whoever is there answers an operator who is nobody with 401; a pod that is not ready gets no request. */
async function askEdge(calls: ClusterCalls, {namespace, kubeContext}: ClusterPlace): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/services/chat-api:http/proxy/`
  const {exitCode, stderr} = await calls.kubectl(rawArgs(path, kubeContext, ANSWER_SECONDS), {expected: () => true})
  if (exitCode === 0) return
  const said = stderr.trim().split('\n').at(-1) ?? ''
  throw new CliError(
    `chat-api does not answer: ${said.replace(/^Error from server[^:]*: /u, '').replace(/\.$/u, '')}.`,
    {
      code: 'verification_failed',
      exit: EXIT.outsideProgram,
    },
  )
}
