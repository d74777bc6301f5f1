import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {EXTERNAL_SECRETS_CHART, installOutsideArgs, type OutsideValues, STRIMZI_CHART} from '../../tools/helm-cloud.ts'
import {DAPR_NAMESPACE, type DaprChart, daprKindsArgs, installDaprArgs} from '../../tools/helm-dapr.ts'
import {HELM, upgradeArgs, type WayBackFlag} from '../../tools/helm.ts'
import {applyFromArgs, storageClassArgs, waitReadyArgs} from '../../tools/kubectl-cloud.ts'
import {createNamespaceArgs, daprSettingsArgs, namespaceArgs, parseMtls} from '../../tools/kubectl-cluster.ts'
import {applyFileArgs} from '../../tools/kubectl-release.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {explainPods, waitsFor} from '../cluster/explain-pods.ts'
import type {Stage} from '../cluster/stages.ts'
import type {Step} from '../program-steps.ts'
import {type ClusterCalls, KUBECTL_HINT} from '../release/cluster-calls.ts'
import {HELM_HINT, KEPT_REVISIONS} from '../release/install-release.ts'
import {applyTopics, type TopicsRequest, topicsText} from './apply-topics.ts'
import {type CloudPlace, clusterPlaceOf} from './cloud-place.ts'
import {kafkaKinds} from './kafka-kinds.ts'
import type {CloudOutputs} from './terraform-stages.ts'

const MINUTE_MS = 60_000
const HELM_SECONDS = 600

/** The version that its own README names. */
const LOCAL_PATH =
  'https://raw.githubusercontent.com/rancher/local-path-provisioner/v0.0.32/deploy/local-path-storage.yaml'

/** Kafka by Strimzi in the cluster, or elsewhere: Redpanda Cloud, or whatever speaks Kafka. */
export type KafkaChoice = 'elsewhere' | 'strimzi'

export interface CloudClusterRequest extends Omit<TopicsRequest, 'calls' | 'place'> {
  readonly place: CloudPlace
  readonly root: string
  readonly dapr: DaprChart
  readonly kafka: KafkaChoice
  readonly calls: ClusterCalls
  /** Of the helm that is here. */
  readonly wayBack: WayBackFlag
  readonly toolchain: Toolchain
  /** For files of the steps. */
  readonly folder: string
  /** What Terraform has made; asked when a step runs. */
  readonly outputs: () => CloudOutputs
}

/** All that comes into the cluster before todo5 does; each is brought to what it should be, so that a repetition does no harm. */
export const clusterStages = (request: CloudClusterRequest): Stage[] => [
  ...(request.place.target === 'oke' ? [storageStage(request)] : []),
  daprStage(request),
  secretsStage(request),
  kafkaStage(request),
]

/** On the disk of a node: three volumes of the cloud would be more than always free. */
function storageStage({place, calls}: CloudClusterRequest): Stage {
  return {
    name: 'storage',
    title: 'volumes on the disks of the nodes',
    alreadyDone: async (signal) =>
      (await calls.kubectl(storageClassArgs('local-path', place.name), {signal})).stdout.trim() === ''
        ? undefined
        : 'local-path is there',
    steps: [program(KUBECTL, applyFromArgs(LOCAL_PATH, place.name))],
    limitMs: 5 * MINUTE_MS,
  }
}

function daprStage({place, root, dapr, calls, folder, wayBack}: CloudClusterRequest): Stage {
  const where = {namespace: DAPR_NAMESPACE, kubeContext: place.name}
  const kinds = join(folder, 'dapr-kinds.yaml')
  const values = join(root, 'charts', place.target === 'oke' ? 'dapr-oke.yaml' : 'dapr-cloud.yaml')
  return {
    name: 'dapr',
    title: `Dapr ${dapr.version}, three of each part, with mTLS`,
    steps: [
      own(`${HELM} ${daprKindsArgs(dapr).join(' ')} > ${kinds}`, async (signal) => {
        await writeFile(kinds, (await calls.helm(daprKindsArgs(dapr), {signal})).stdout)
      }),
      program(KUBECTL, applyFileArgs(kinds, where)),
      program(HELM, [...installDaprArgs(dapr, place.name, HELM_SECONDS, [values]), wayBack]),
      own(`${KUBECTL} ${daprSettingsArgs(where).join(' ')}        whether mTLS is on`, async (signal) => {
        if (parseMtls((await calls.kubectl(daprSettingsArgs(where), {signal})).stdout)) return
        throw new CliError('The mTLS of Dapr is off: whoever is in the cluster could speak as any service.', {
          code: 'mtls_off',
          exit: EXIT.outsideProgram,
          hints: [
            `helm get values dapr --namespace=${DAPR_NAMESPACE} --kube-context=${place.name}        says who set it so`,
          ],
        })
      }),
    ],
    limitMs: 20 * MINUTE_MS,
    waitsFor: async (signal) => await waitsFor(calls, where, signal),
    explain: async (signal) => await explainPods(calls, where, signal),
  }
}

/** As charts/todo5-secrets calls them. */
const STORES = {oke: 'oci', aks: 'azure', gke: 'gcp'} as const

function secretsStage({place, root, calls, folder, outputs, wayBack}: CloudClusterRequest): Stage {
  const where = clusterPlaceOf(place)
  const values = join(folder, 'vault.json')
  const install = upgradeArgs({
    ...where,
    release: 'todo5-secrets',
    chart: join(root, 'charts', 'todo5-secrets'),
    keepValues: false,
    files: [values],
    set: [],
    setString: [],
    timeoutSeconds: 120,
    historyMax: KEPT_REVISIONS,
  })
  const identity = operatorIdentity(place)
  const operator = (found: CloudOutputs | undefined): string[] =>
    installOutsideArgs(EXTERNAL_SECRETS_CHART, place.name, identity(found), HELM_SECONDS, wayBack)
  return {
    name: 'secrets',
    title: 'External Secrets, and the Secrets out of the vault',
    steps: [
      own(`${HELM} ${operator(undefined).join(' ')}`, async (signal) => {
        await calls.helm(operator(outputs()), {signal})
      }),
      own(`${KUBECTL} ${createNamespaceArgs(where).join(' ')}, unless it is there`, async (signal) => {
        const {stdout} = await calls.kubectl(namespaceArgs(where), {signal})
        if (stdout.trim() === '') await calls.kubectl(createNamespaceArgs(where), {signal})
      }),
      own(`write what the vault is called to ${values}`, async () => {
        await writeFile(values, JSON.stringify({store: STORES[place.target], vault: outputs().vault}))
      }),
      program(HELM, install),
      program(KUBECTL, waitReadyArgs('externalsecrets.external-secrets.io', where, 120)),
    ],
    limitMs: 20 * MINUTE_MS,
    explain: async (signal) => await explainPods(calls, {...where, namespace: 'external-secrets'}, signal),
    hints: [
      `todo5 secret check --target ${place.target} --env ${place.environment}        says what the vault lacks`,
      `todo5 secret set NAME --target ${place.target} --env ${place.environment}        puts it there`,
    ],
  }
}

/** By which the operator shows who it is, where the cloud knows service accounts. Without outputs, as it stands in a plan. */
const operatorIdentity =
  ({target}: CloudPlace) =>
  (outputs: CloudOutputs | undefined): OutsideValues => {
    const of = (name: string): string => outputs?.vault[name] ?? `VAULT.${name}`
    const annotation = (name: string): string => `serviceAccount.annotations.${name.replaceAll('.', String.raw`\.`)}`
    switch (target) {
      case 'oke':
        return {set: ['installCRDs=true'], setString: []}
      case 'aks':
        return {
          set: ['installCRDs=true'],
          setString: [
            `${annotation('azure.workload.identity/client-id')}=${of('clientId')}`,
            `${annotation('azure.workload.identity/tenant-id')}=${of('tenantId')}`,
            String.raw`podLabels.azure\.workload\.identity/use=true`,
          ],
        }
      case 'gke':
        return {
          set: ['installCRDs=true'],
          setString: [`${annotation('iam.gke.io/gcp-service-account')}=${of('serviceAccount')}`],
        }
    }
  }

function kafkaStage(request: CloudClusterRequest): Stage {
  const {place, kafka, root, calls, folder, wayBack} = request
  const where = clusterPlaceOf(place)
  if (kafka === 'elsewhere') {
    return {
      name: 'topics',
      title: 'the topics of todo5',
      steps: [own(topicsText(place), async (signal) => await applyTopics({...request, place: where}, signal))],
      limitMs: 10 * MINUTE_MS,
    }
  }
  const kinds = join(folder, 'strimzi.yaml')
  return {
    name: 'kafka',
    title: 'Kafka and the topics of todo5, by Strimzi',
    steps: [
      program(
        HELM,
        installOutsideArgs(
          STRIMZI_CHART,
          place.name,
          {set: [`watchNamespaces={${place.namespace}}`], setString: []},
          HELM_SECONDS,
          wayBack,
        ),
      ),
      own(`copy templates/kafka/strimzi.yaml to ${kinds}${onVolumes(place)}`, async () => {
        await writeFile(kinds, await kafkaKinds(root, place.target))
      }),
      program(KUBECTL, applyFromArgs(kinds, place.name, place.namespace)),
      program(KUBECTL, waitReadyArgs('kafkas.kafka.strimzi.io', where, 600)),
      program(KUBECTL, waitReadyArgs('kafkatopics.kafka.strimzi.io', where, 120)),
    ],
    limitMs: 30 * MINUTE_MS,
    waitsFor: async (signal) => await waitsFor(calls, where, signal),
    explain: async (signal) => await explainPods(calls, where, signal),
  }
}

const onVolumes = ({target}: CloudPlace): string => (target === 'oke' ? '' : ', on volumes of the cloud')

const own = (text: string, work: (signal: AbortSignal) => Promise<void>): Step => ({kind: 'own', text, work})
const program = (name: typeof HELM | typeof KUBECTL, args: readonly string[]): Step => ({
  kind: 'program',
  program: name,
  args,
  hint: name === HELM ? HELM_HINT : KUBECTL_HINT,
})
