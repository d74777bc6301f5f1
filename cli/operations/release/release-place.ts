import {type ClusterTarget, isCloud} from '../cluster/find-place.ts'

/** Whose Dapr resources a target gets, unless somebody says it: what is no cloud of ours has the parts of Minikube. */
export const daprTargetOf = (target: string): ClusterTarget => (isCloud(target) ? target : 'minikube')
