import type {Capacity, DeploymentFacts} from '../../tools/kubectl.ts'
import type {ProfileStatus} from '../../tools/minikube.ts'
import {versionIn} from '../../toolchain/version.ts'
import {count, inWords, ok, problem, type Verdict, warning} from './check.ts'

/** `undefined`: there is no such profile. */
export function checkProfile(status: ProfileStatus | undefined, profile: string): Verdict {
  if (status === undefined)
    return warning(`no cluster ${profile}`, {next: ['todo5 up minikube        makes one, with todo5 in it']})
  const {Host: host, Kubelet: kubelet, APIServer: server, Kubeconfig: config} = status
  const parts = {node: host, kubelet, 'API server': server}
  const down = Object.entries(parts).filter(([, state]) => state !== 'Running')
  if (down.length > 0) {
    return warning(inWords(down.map(([part, state]) => `${part} ${state.toLowerCase()}`)), {
      next: [`minikube start --profile ${profile}        starts it again, with all that is in it`],
    })
  }
  if (config !== 'Configured') {
    return problem('the kubeconfig has another address of it', {
      next: [`minikube update-context --profile ${profile}        writes the right one`],
    })
  }
  return ok(`${profile} runs`)
}

/** Versions of the cluster and of kubectl, which may be one minor apart. */
export function checkCluster(server: string, kubectl: string | null): Verdict {
  const [theirs, ours] = [server, kubectl ?? server].map((text) => Number(versionIn(text)?.split('.')[1]))
  if (Math.abs(theirs! - ours!) <= 1) return ok(`Kubernetes ${server} is ready`)
  return warning(`Kubernetes ${server} is ready, and kubectl is ${kubectl}`, {
    next: ['get a kubectl of its version: more than one minor apart nobody promises that they work'],
  })
}

/** Its scheduler and placement are no deployments; they do not start without these. */
const CONTROL_PLANE = ['dapr-operator', 'dapr-sentry', 'dapr-sidecar-injector']

export function checkControlPlane(deployments: readonly DeploymentFacts[], kubeContext: string): Verdict {
  const missing = CONTROL_PLANE.filter((name) => !deployments.some((one) => one.name === name))
  if (missing.length === CONTROL_PLANE.length) {
    return warning("Dapr's control plane is not there", {
      next: ['https://docs.dapr.io/operations/hosting/kubernetes/kubernetes-deploy        1.18 or newer, by its chart'],
    })
  }
  const ill = deployments.filter(({wanted, available}) => available < wanted)
  const details = [
    ...missing.map((name) => `${name} is missing`),
    ...ill.map(({name, wanted, available}) => `${name}: ${available} of ${count(wanted, 'pod')} ready`),
  ]
  if (details.length === 0) return ok(`${count(deployments.length, 'deployment')} ready`)
  return problem("Dapr's control plane is not well", {
    details,
    next: [`kubectl --context ${kubeContext} get pods --namespace dapr-system`],
  })
}

/** What the least of both charts and Dapr's own request together, rounded up. */
const NEEDED: Capacity = {cpu: 1, memory: 3e9}

/** What pods may still request; `installed`: todo5 has requested what it needs. */
export function checkCapacity(
  allocatable: Capacity,
  requested: Capacity,
  {installed, profile}: {readonly installed: boolean; readonly profile: string},
): Verdict {
  const cpu = allocatable.cpu - requested.cpu
  const memory = allocatable.memory - requested.memory
  const found = `${cpu.toFixed(1)} of ${allocatable.cpu.toFixed(1)} CPUs and ${gigabytes(memory)} of ${gigabytes(allocatable.memory)} GB not requested`
  if (installed || (cpu >= NEEDED.cpu && memory >= NEEDED.memory)) return ok(found)
  return warning(found, {
    details: [`todo5 and what it stands on request about ${NEEDED.cpu} CPU and ${gigabytes(NEEDED.memory)} GB`],
    next: [
      `minikube delete --profile ${profile}, then start it with --cpus 4 --memory 8g        deletes what is in it`,
    ],
  })
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
