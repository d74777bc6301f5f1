import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {keepForwarding, portForwardArgs} from '../../tools/port-forward.ts'
import {KUBECTL_HINT} from '../release/cluster-calls.ts'
import type {FoundPlace} from './find-place.ts'
import {type Monitoring, MONITORING_NAMESPACE} from './monitoring.ts'

/** Pages of Minikube that are reached through a port of this machine, for as long as somebody looks. */
export const FORWARDED_PAGES = ['mailbox', 'grafana', 'prometheus', 'zipkin'] as const
export type ForwardedPage = (typeof FORWARDED_PAGES)[number]

interface Served {
  readonly service: string
  readonly port: string
  readonly path: string
}

/** What serves a page; undefined: nothing of what watches todo5 there does. */
function servedBy(page: ForwardedPage, monitoring: Monitoring): Served | undefined {
  if (page === 'mailbox') return {service: 'mailbox', port: '3000', path: '/mailbox'}
  if (monitoring === 'none') return undefined
  if (page === 'zipkin') return {service: 'zipkin', port: '9411', path: '/zipkin/'}
  if (page === 'grafana') return monitoring === 'full' ? {service: 'grafana', port: '80', path: '/'} : undefined
  return {service: monitoring === 'full' ? 'prometheus-prometheus' : 'prometheus', port: '9090', path: '/'}
}

export interface OpenInMinikube extends FoundPlace {
  readonly page: ForwardedPage
  readonly toolchain: Toolchain
  readonly typedAs: string
  readonly signal: AbortSignal
  /** Told the address as soon as it leads there. */
  readonly onAddress: (url: string) => Promise<void>
}

/**
 * Leads a port of this machine, on loopback alone, to the page, until `signal` aborts.
 * @throws CliError `page_not_there` (exit 4) when the cluster has no such page, `not_running` (6) when it cannot be reached;
 * the reason of `signal`
 */
export async function openInMinikube(request: OpenInMinikube): Promise<never> {
  const {page, place, notes, toolchain, typedAs, signal, onAddress} = request
  // Where somebody else has installed todo5 only the cluster knows what watches it.
  const served = servedBy(page, notes === undefined ? 'basic' : (notes.monitoring ?? 'none'))
  if (served === undefined) throw notThere(page, typedAs)
  const namespace = page === 'mailbox' ? place.namespace : MONITORING_NAMESPACE
  const kubectl = await needProgram(KUBECTL, toolchain, KUBECTL_HINT)
  const args = portForwardArgs(served.service, served.port, {namespace, kubeContext: place.kubeContext})
  const env = {PATH: toolchain.searchPath}
  try {
    return await keepForwarding(kubectl, args, {signal, env}, async (port) => {
      await onAddress(`http://127.0.0.1:${port}${served.path}`)
    })
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof Error) || error instanceof CliError) throw error
    if (/\(NotFound\)/u.test(error.message)) throw notThere(page, typedAs)
    throw new CliError(`${page} of minikube cannot be reached: ${error.message.replace(/^error: /u, '')}`, {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: [`${typedAs} status minikube        says what runs there`],
    })
  }
}

function notThere(page: ForwardedPage, typedAs: string): CliError {
  const hint =
    page === 'mailbox'
      ? `${typedAs} up minikube        installs one`
      : page === 'grafana'
        ? `${typedAs} up minikube --monitoring full        brings it`
        : `${typedAs} up minikube --monitoring basic        brings it`
  return new CliError(`There is no ${NAMES[page]} in minikube.`, {
    code: 'page_not_there',
    exit: EXIT.refused,
    hints: [hint],
  })
}

const NAMES: Readonly<Record<ForwardedPage, string>> = {
  mailbox: 'mailbox',
  grafana: 'Grafana',
  prometheus: 'Prometheus',
  zipkin: 'Zipkin',
}
