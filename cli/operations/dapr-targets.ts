/** Where Dapr and Kafka run; the local target has none. */
export const DAPR_TARGETS = ['host', 'minikube', 'oke', 'aks', 'gke'] as const
export type DaprTarget = (typeof DAPR_TARGETS)[number]
