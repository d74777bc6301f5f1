import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {CloudTarget} from './cloud-place.ts'

const ON_THE_NODE = /, class: local-path\b/gu

/** Kafka by Strimzi, as YAML. On the disk of the node is for OKE, which has that class of storage; elsewhere the cloud's own volumes. */
export async function kafkaKinds(root: string, target: CloudTarget): Promise<string> {
  const text = await readFile(join(root, 'templates', 'kafka', 'strimzi.yaml'), 'utf8')
  return target === 'oke' ? text : text.replaceAll(ON_THE_NODE, '')
}
