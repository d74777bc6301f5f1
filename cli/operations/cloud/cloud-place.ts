import {join} from 'node:path'
import {type ClusterPlace, NAMESPACE} from '../cluster/cluster-place.ts'

/** Clouds that todo5 makes clusters in, by Terraform. */
export const CLOUD_TARGETS = ['oke', 'aks', 'gke'] as const
export type CloudTarget = (typeof CLOUD_TARGETS)[number]

export const ENVIRONMENTS = ['staging', 'production'] as const
export type CloudEnvironment = (typeof ENVIRONMENTS)[number]

/** One environment in one cloud: it has a cluster, a vault and a state of Terraform of its own. */
export interface CloudPlace {
  readonly target: CloudTarget
  readonly environment: CloudEnvironment
  /** Such as oke-production: its context in the kubeconfig, and what has to be typed before it is destroyed. */
  readonly name: string
  /** Where in the cluster todo5 is. */
  readonly namespace: string
  /** What somebody has set for it; todo5 only reads it. */
  readonly settings: CloudSettings
  /** Of todo5's own state, for this user alone. */
  readonly folder: string
  /** A copy of todo5's module, with the backend of the settings. */
  readonly module: string
  readonly kubeconfig: string
}

export interface CloudSettings {
  readonly folder: string
  /** Variables of the module that have no default. */
  readonly variables: string
  /** Where the state of Terraform is kept; without it, on this machine. */
  readonly backend: string
  /** Values of the chart todo5. */
  readonly values: string
}

export interface CloudWords {
  readonly target: CloudTarget
  readonly environment: CloudEnvironment
  /** The folder of the settings; undefined: that of the user. */
  readonly settings?: string | undefined
  readonly namespace?: string | undefined
}

export interface CloudFolders {
  readonly config: string
  readonly state: string
}

export function cloudPlace({target, environment, settings, namespace}: CloudWords, paths: CloudFolders): CloudPlace {
  const name = `${target}-${environment}`
  const set = settings ?? join(paths.config, 'cloud', name)
  const folder = join(paths.state, 'cloud', name)
  return {
    target,
    environment,
    name,
    namespace: namespace ?? NAMESPACE,
    settings: {
      folder: set,
      variables: join(set, 'terraform.tfvars'),
      backend: join(set, 'backend.tf'),
      values: join(set, 'values.yaml'),
    },
    folder,
    module: join(folder, 'module'),
    kubeconfig: join(folder, 'kubeconfig'),
  }
}

export const clusterPlaceOf = ({target, environment, name, namespace}: CloudPlace): ClusterPlace => {
  const flags = [
    ...(environment === 'production' ? [] : [` --env ${environment}`]),
    ...(namespace === NAMESPACE ? [] : [` --namespace ${namespace}`]),
  ].join('')
  return {target, kubeContext: name, namespace, ...(flags !== '' && {flags})}
}
