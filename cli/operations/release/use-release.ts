import {readApiKey, writeCredential} from '../../client/credentials.ts'
import type {OpenHttp} from '../../client/http-client.ts'
import {TaskApi} from '../../client/task-api.ts'
import type {ProfileResponse} from '../../../services/contracts/account.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {execArgs} from '../../tools/kubectl-cluster.ts'
import {portForwardArgs, withForwardedPort} from '../../tools/port-forward.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import {readNotes} from '../cluster/minikube-notes.ts'
import {verifyTodo5} from '../cluster/verify-todo5.ts'
import {type ClusterCalls, KUBECTL_HINT} from './cluster-calls.ts'
import type {Verification} from './verify-release.ts'

export interface ReleaseUse {
  readonly calls: ClusterCalls
  readonly place: ClusterPlace
  readonly toolchain: Toolchain
  readonly http: OpenHttp
  /** Where keys are kept. */
  readonly stateDir: string
  /** ms since the epoch. */
  readonly now: () => number
  /** Told what is not as it should be, and yet nothing against the release. */
  readonly onWarning?: (text: string) => void
}

/**
 * Uses the todo5 of a cluster by a forwarded port of chat-api's Service: this works for every context of the kubeconfig,
 * whatever does or does not lead to the API from outside.
 */
export const useRelease = (use: ReleaseUse): Verification => ({
  title:
    'forward a port to chat-api: add a task that repeats, wait for its reminder, complete it, see the next one, delete it',
  run: async (signal) => {
    const {place, toolchain} = use
    const kubectl = await needProgram(KUBECTL, toolchain, KUBECTL_HINT)
    const forwarding = {signal, env: {PATH: toolchain.searchPath}}
    let reached = false
    try {
      await withForwardedPort(kubectl, portForwardArgs('chat-api', 'http', place), forwarding, async (port) => {
        reached = true
        await useAt(use, `http://127.0.0.1:${port}/api/v1`, signal)
      })
    } catch (error) {
      if (reached || signal.aborted || !(error instanceof Error) || error instanceof CliError) throw error
      throw new CliError(`No port could be forwarded to chat-api: ${error.message}.`, {
        code: 'verification_failed',
        exit: EXIT.outsideProgram,
        cause: error,
      })
    }
  },
})

async function useAt(use: ReleaseUse, apiUrl: string, signal: AbortSignal): Promise<void> {
  const client = await use.http({apiUrl, apiKey: await workingKey(use, apiUrl, signal), whenAway: []})
  try {
    // That a mail was taken by whoever sends it is enough: not every cluster has a mailbox.
    const {now, onWarning} = use
    await verifyTodo5({api: new TaskApi(client), mailbox: false, now, signal, ...(onWarning && {onWarning})})
  } finally {
    client.close()
  }
}

/** The one that is kept for this cluster, while it works: a new key of the operator ends the one before. */
async function workingKey(use: ReleaseUse, apiUrl: string, signal: AbortSignal): Promise<string> {
  const {calls, place, stateDir} = use
  const name = await keptAs(place, stateDir)
  const kept = await readApiKey(stateDir, name)
  if (kept !== undefined && (await isKnown(use, apiUrl, kept))) return kept
  const command = ['node', '/app/bin/container.js', 'operator-key']
  const {stdout} = await calls.kubectl(execArgs('chat-api', command, place), {signal})
  const apiKey = stdout.trim()
  const url = name === MINIKUBE ? (await readNotes(stateDir))?.url : undefined
  await writeCredential(stateDir, name, {api_key: apiKey, ...(url != null && {api_url: `${url}/api/v1`})})
  return apiKey
}

const MINIKUBE = 'minikube'

/** Where `up minikube` brought it, the key is that of the user's own context. */
async function keptAs({kubeContext, namespace}: ClusterPlace, stateDir: string): Promise<string> {
  const notes = await readNotes(stateDir)
  const isUp = notes?.profile === kubeContext && notes.namespace === namespace
  return isUp ? MINIKUBE : `cluster ${kubeContext}/${namespace}`
}

async function isKnown({http}: ReleaseUse, apiUrl: string, apiKey: string): Promise<boolean> {
  const client = await http({apiUrl, apiKey, whenAway: []})
  try {
    await client.call<ProfileResponse>({method: 'GET', path: '/profile'})
    return true
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.refused) return false
    throw error
  } finally {
    client.close()
  }
}
