import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {KafkaChoice} from './cluster-stages.ts'
import type {CloudPlace} from './cloud-place.ts'
import {type CloudOutputs, isThere} from './terraform-stages.ts'

export interface CloudValues {
  readonly place: CloudPlace
  readonly root: string
  readonly kafka: KafkaChoice
  readonly folder: string
  /** Files that were named on the command line. */
  readonly files: readonly string[]
}

/** What Terraform and the choice of Kafka say to the chart, as JSON. */
export const madeFile = (folder: string): string => join(folder, 'cloud.json')

/**
 * Files of values for the chart todo5, the weakest first: those of the target, what Terraform made, those of the
 * environment's settings, those of the command line.
 */
export async function valuesFiles({place, root, folder, files}: CloudValues): Promise<string[]> {
  const own = (await isThere(place.settings.values)) ? [place.settings.values] : []
  return [join(root, 'charts', 'todo5', `${place.target}.yaml`), madeFile(folder), ...own, ...files]
}

/** Writes `madeFile`; without outputs, as for a cluster that is not there yet. */
export async function writeMadeValues(
  {place, kafka, folder}: CloudValues,
  outputs: CloudOutputs | undefined,
): Promise<void> {
  const made = {
    ...(outputs && {publicUrl: outputs.endpoint, image: {repository: repositoryOf(place, outputs)}}),
    // Log lines name the project of their trace.
    ...(place.target === 'gke' && outputs && {logProject: outputs.vault['projectID']}),
    ...(kafka === 'strimzi' && {
      kafka: {
        brokers: `todo5-kafka-bootstrap.${place.namespace}.svc:9093`,
        port: 9093,
        podLabels: {'strimzi.io/cluster': 'todo5'},
        cidrs: [],
        sasl: {mechanism: 'SCRAM-SHA-512', secret: 'kafka', caSecret: 'todo5-cluster-ca-cert'},
      },
    }),
  }
  await writeFile(madeFile(folder), JSON.stringify(made))
}

/** Values of the Dapr resources that the choice of Kafka wants. */
export const daprValues = (kafka: KafkaChoice): Readonly<Record<string, string>> =>
  kafka === 'strimzi' ? {saslMechanism: 'SHA-512', kafkaCaSecret: 'todo5-cluster-ca-cert'} : {}

/** Oracle's registry is called by its region, of which its own output says nothing. */
function repositoryOf(place: CloudPlace, {image_repository: repository, vault}: CloudOutputs): string {
  if (place.target !== 'oke') return repository
  return `ocir.${vault['region']}.oci.oraclecloud.com/${repository}`
}

/** What the settings say of Terraform's variables, as text; of those alone that are one value. */
export async function readVariables({settings}: CloudPlace): Promise<Readonly<Record<string, string>>> {
  const text = (await isThere(settings.variables)) ? await readFile(settings.variables, 'utf8') : ''
  const set = text.matchAll(/^\s*(\w+)\s*=\s*"?([\w.-]+)"?\s*(?:#.*|\/\/.*)?$/gmu)
  return Object.fromEntries([...set].map(([, name, value]) => [name!, value!]))
}
