/** What watches todo5 in Minikube. */
export const MONITORING = ['full', 'basic', 'none'] as const
export type Monitoring = (typeof MONITORING)[number]

/** Two small pods, where the whole of it wants 2 GB more than the default cluster has to spare. */
export const USUAL_MONITORING: Monitoring = 'basic'

/** The one that the network policies of charts/todo5 let in. */
export const MONITORING_NAMESPACE = 'todo5-monitoring'
/** Of charts/todo5-platform, with Prometheus and Zipkin alone; of kube-prometheus-stack. */
export const MONITORING_RELEASE = 'todo5-monitoring'
export const STACK_RELEASE = 'prometheus'

/** Of its publisher, by the version whose values charts/kube-prometheus-stack.yaml has. */
export const STACK_CHART = {
  name: 'kube-prometheus-stack',
  repository: 'https://prometheus-community.github.io/helm-charts',
  version: '88.5.3',
} as const

/** Where Zipkin takes spans. */
export const SPANS_URL = `http://zipkin.${MONITORING_NAMESPACE}.svc.cluster.local:9411/api/v2/spans`

/** What the chart todo5 is told of it. */
export const chartValuesOf = (monitoring: Monitoring): string[] => [
  ...(monitoring === 'none' ? [] : [`tracing.zipkinEndpoint=${SPANS_URL}`]),
  ...(monitoring === 'full' ? ['monitoring.enabled=true'] : []),
]

/** What the Dapr resources are told of it. */
export const daprValuesOf = (monitoring: Monitoring): Record<string, string> => ({
  zipkinEndpoint: monitoring === 'none' ? '' : SPANS_URL,
})

/** Helm releases of it. */
export const releasesOf = (monitoring: Monitoring): string[] => [
  ...(monitoring === 'full' ? [STACK_RELEASE] : []),
  ...(monitoring === 'none' ? [] : [MONITORING_RELEASE]),
]
