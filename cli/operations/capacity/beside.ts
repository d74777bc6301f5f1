import {readFile} from 'node:fs/promises'
import {parse} from 'yaml'
import {z} from 'zod'
import type {KubernetesObject, Part} from './demand.ts'

const operator = (name: string, cpu: string, memory: string): Part => ({
  name,
  objects: [
    {
      kind: 'Deployment',
      metadata: {name},
      spec: {template: {spec: {containers: [{resources: {requests: {cpu, memory}}}]}}},
    },
  ],
})

/** As the charts of these two ask for it when they are told no less; what todo5 adds to them is in its own charts. */
export const EXTERNAL_SECRETS = operator('external-secrets', '30m', '192Mi')
export const STRIMZI = operator('strimzi', '200m', '384Mi')
/** Prometheus, Grafana and Zipkin: what they may have. */
export const MONITORING = operator('monitoring', '400m', '2Gi')

const requests = z.looseObject({requests: z.record(z.string(), z.string())})
const part = z.looseObject({resources: requests})
const daprValues = z.looseObject({
  global: z.looseObject({ha: z.object({enabled: z.literal(true), replicaCount: z.number()})}),
  dapr_operator: part,
  dapr_sentry: part,
  dapr_sidecar_injector: part,
  dapr_scheduler: part.extend({
    cluster: z.looseObject({storageClassName: z.string().optional(), storageSize: z.string()}),
  }),
})

/** The control plane of Dapr as its chart makes it with these values, which say what each part asks for; without its chart. */
export async function daprPart(valuesFile: string): Promise<Part> {
  const values = daprValues.parse(parse(await readFile(valuesFile, 'utf8')))
  const replicas = values.global.ha.replicaCount
  const deployment = (name: string, {resources}: z.infer<typeof part>): KubernetesObject => ({
    kind: 'Deployment',
    metadata: {name},
    spec: {replicas, template: {spec: {containers: [{resources}]}}},
  })
  const {resources, cluster} = values.dapr_scheduler
  return {
    name: 'dapr',
    objects: [
      deployment('dapr-operator', values.dapr_operator),
      deployment('dapr-sentry', values.dapr_sentry),
      deployment('dapr-sidecar-injector', values.dapr_sidecar_injector),
      {
        kind: 'StatefulSet',
        metadata: {name: 'dapr-scheduler-server'},
        spec: {
          replicas,
          template: {spec: {containers: [{resources}]}},
          volumeClaimTemplates: [
            {
              metadata: {name: 'dapr-scheduler-data-dir'},
              spec: {
                storageClassName: cluster.storageClassName,
                resources: {requests: {storage: cluster.storageSize}},
              },
            },
          ],
        },
      },
    ],
  }
}
