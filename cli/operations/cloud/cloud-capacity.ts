import {join} from 'node:path'
import {parseAllDocuments} from 'yaml'
import {renderArgs} from '../../tools/helm-cloud.ts'
import {daprPart, EXTERNAL_SECRETS, MONITORING, STRIMZI} from '../capacity/beside.ts'
import {allowanceOf} from '../capacity/allowances.ts'
import {type Capacity, capacityOf} from '../capacity/capacity.ts'
import type {KubernetesObject, Part} from '../capacity/demand.ts'
import {RELEASE} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import type {ChartValues} from './apply-topics.ts'
import type {CloudPlace} from './cloud-place.ts'
import {readVariables} from './cloud-values.ts'
import type {KafkaChoice} from './cluster-stages.ts'
import {kafkaKinds} from './kafka-kinds.ts'

export interface CapacityRequest {
  readonly place: CloudPlace
  readonly root: string
  readonly kafka: KafkaChoice
  /** Whether room is kept for Prometheus, Grafana and Zipkin. */
  readonly monitoring: boolean
  readonly calls: ClusterCalls
  readonly values: ChartValues
}

/**
 * What would be installed together, against what the nodes have, and on OKE against what Oracle gives for nothing; undefined
 * when the nodes are of a size that todo5 does not know. Asks no cluster and no cloud.
 */
export async function cloudCapacity(request: CapacityRequest, signal: AbortSignal): Promise<Capacity | undefined> {
  const {place, root, kafka, monitoring, calls, values} = request
  const allowance = allowanceOf(place.target, await readVariables(place))
  if (allowance === undefined) return undefined
  const render = renderArgs({release: RELEASE, namespace: place.namespace}, join(root, 'charts', 'todo5'), values)
  const todo5: Part = {name: 'todo5', objects: objectsOf((await calls.helm(render, {signal})).stdout)}
  const strimzi = async (): Promise<Part> => ({
    name: 'kafka',
    objects: objectsOf(await kafkaKinds(root, place.target)),
  })
  return capacityOf(
    [
      await daprPart(join(root, 'charts', place.target === 'oke' ? 'dapr-oke.yaml' : 'dapr-cloud.yaml')),
      EXTERNAL_SECRETS,
      ...(kafka === 'strimzi' ? [STRIMZI, await strimzi()] : []),
      ...(monitoring ? [MONITORING] : []),
      todo5,
    ],
    allowance,
  )
}

const objectsOf = (text: string): KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)
