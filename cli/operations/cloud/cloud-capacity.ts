import {join} from 'node:path'
import {parseAllDocuments} from 'yaml'
import {readFile} from 'node:fs/promises'
import {renderArgs} from '../../tools/helm-cloud.ts'
import {daprPart, EXTERNAL_SECRETS, MONITORING, STRIMZI} from '../capacity/beside.ts'
import {ALWAYS_FREE_OKE, type Allowance, type Capacity, capacityOf} from '../capacity/capacity.ts'
import type {KubernetesObject, Part} from '../capacity/demand.ts'
import {RELEASE} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import type {ChartValues} from './apply-topics.ts'
import type {CloudPlace} from './cloud-place.ts'
import {nodeSizes} from './cloud-values.ts'
import type {KafkaChoice} from './cluster-stages.ts'

export interface CapacityRequest {
  readonly place: CloudPlace
  readonly root: string
  readonly kafka: KafkaChoice
  /** Whether room is kept for Prometheus, Grafana and Zipkin. */
  readonly monitoring: boolean
  readonly calls: ClusterCalls
  readonly values: ChartValues
}

const GIB = 2 ** 30
const GB = 1e9

/**
 * What would be installed together, against what Oracle gives for nothing; undefined for the other clouds, whose nodes are
 * paid by size, whatever that is. Asks no cluster and no cloud.
 */
export async function cloudCapacity(request: CapacityRequest, signal: AbortSignal): Promise<Capacity | undefined> {
  const {place, root, kafka, monitoring, calls, values} = request
  if (place.target !== 'oke') return undefined
  const render = renderArgs({release: RELEASE, namespace: place.namespace}, join(root, 'charts', 'todo5'), values)
  const todo5: Part = {name: 'todo5', objects: objectsOf((await calls.helm(render, {signal})).stdout)}
  const strimzi = async (): Promise<Part> => ({
    name: 'kafka',
    objects: objectsOf(await readFile(join(root, 'templates', 'kafka', 'strimzi.yaml'), 'utf8')),
  })
  return capacityOf(
    [
      await daprPart(join(root, 'charts', 'dapr-oke.yaml')),
      EXTERNAL_SECRETS,
      ...(kafka === 'strimzi' ? [STRIMZI, await strimzi()] : []),
      ...(monitoring ? [MONITORING] : []),
      todo5,
    ],
    await allowanceOf(place),
  )
}

/** Nodes as the settings of Terraform have them; what is less than always free is counted as the less that it is. */
async function allowanceOf(place: CloudPlace): Promise<Allowance> {
  const {node_count: nodes, node_ocpus: cores, node_memory_gbs: memory, boot_volume_gbs: boot} = await nodeSizes(place)
  return {
    ...ALWAYS_FREE_OKE,
    nodes,
    nodeMilliCores: cores * 1000,
    nodeMemory: memory * GIB,
    bootVolume: boot * GB,
  }
}

const objectsOf = (text: string): KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)
