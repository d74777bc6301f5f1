import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'

/** How what comes next is typed at the place that was looked at. */
export interface NextCommands {
  /** The same command for the stream there: `todo5 topic diff --target minikube`. */
  readonly stream: (command: string) => string
  readonly logs: (service: string) => string
  readonly sidecarLogs: (app: string) => string
  readonly schedulerLogs: string
  /** What the services complained about. */
  readonly warnings: string
  readonly status: string
  /** Starts what does not run. */
  readonly start: string
  /** Ends the sidecars, and starts them again. */
  readonly restart: string
  /** What is wrong with the Dapr resources that are rendered for it. */
  readonly lint: string
  /** A new authority of certificates; `folder`: where the old one lies. */
  readonly renew: (folder: string) => readonly string[]
}

export const HOST_COMMANDS: NextCommands = {
  stream: (command) => `todo5 ${command}`,
  logs: (service) => `todo5 logs ${service} --target host`,
  sidecarLogs: (app) => `todo5 logs daprd-${app} --target host`,
  schedulerLogs: 'todo5 logs scheduler --target host',
  warnings: 'todo5 logs --target host --level WARN',
  status: 'todo5 status host',
  start: 'todo5 up host',
  restart: 'todo5 down host && todo5 up host',
  lint: 'todo5 dapr lint',
  renew: (folder) => [
    'todo5 down host',
    `rm -r ${folder}        the certificate authority; a new one is made at the next start`,
    'todo5 up host',
  ],
}

export function clusterCommands(place: ClusterPlace): NextCommands {
  const {target, kubeContext, namespace, flags = ''} = place
  const at = (where: string): string => `kubectl --context ${kubeContext} --namespace ${where}`
  const kubectl = at(namespace)
  return {
    stream: (command) => `todo5 ${command} --target ${target}${flags}`,
    logs: (service) => `${kubectl} logs deployment/${service} --container ${service}`,
    sidecarLogs: (app) => `${kubectl} logs deployment/${app} --container daprd`,
    schedulerLogs: `${at('dapr-system')} logs statefulset/dapr-scheduler-server`,
    warnings: `${kubectl} logs --selector app.kubernetes.io/part-of=todo5 --tail 50`,
    status: `${kubectl} get pods`,
    start: commandAt(place, target === 'minikube' ? 'up' : 'deploy'),
    restart: `${kubectl} rollout restart deployment`,
    lint: `todo5 dapr lint --target ${target}`,
    renew: () => ['dapr mtls renew-certificate -k --valid-until 365 --restart        makes a new one'],
  }
}
