import type {RenderedFile} from '../../../../cli/supervisor/host/sidecar.ts'
import {LIVE_PUBSUB, PUBSUB} from './dapr-fixtures.ts'

const component = (name: string, type: string, version: string, metadata: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: {name},
    spec: {
      type,
      version,
      metadata: Object.entries(metadata).map(([field, value]) => ({name: field, value})),
    },
  })

/** As dapr/components has it, without its scopes: the app ids of these tests are made up. */
export const kafkaComponent = (brokers: string): RenderedFile => ({
  path: `${PUBSUB}.yaml`,
  text: component(PUBSUB, 'pubsub.kafka', 'v1', {
    brokers,
    authType: 'none',
    version: '4.0.0',
    initialOffset: 'oldest',
    consumeRetryEnabled: 'true',
    backOffPolicy: 'constant',
    backOffDuration: '1s',
  }),
})

/** As dapr/components has it: a group for each process, which begins with what comes next. */
export const liveComponent = (brokers: string): RenderedFile => ({
  path: `${LIVE_PUBSUB}.yaml`,
  text: component(LIVE_PUBSUB, 'pubsub.kafka', 'v1', {
    brokers,
    authType: 'none',
    version: '4.0.0',
    consumerGroup: '{appID}-live-{uuid}',
    initialOffset: 'newest',
    consumeRetryEnabled: 'false',
  }),
})

/** Events are tried again until they are done; without this a dead-letter topic takes what failed once. */
export const inboundRetries: RenderedFile = {
  path: 'resiliency.yaml',
  text: JSON.stringify({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Resiliency',
    metadata: {name: 'todo5'},
    spec: {
      policies: {retries: {inbound: {policy: 'constant', duration: '200ms', maxRetries: -1}}},
      targets: {components: {[PUBSUB]: {inbound: {retry: 'inbound'}}}},
    },
  }),
}

export const stateComponent = (name: string, connectionString: string): RenderedFile => ({
  path: `${name}.yaml`,
  text: component(name, 'state.postgresql', 'v2', {connectionString}),
})

export const secretsComponent = (name: string, secretsFile: string): RenderedFile => ({
  path: `${name}.yaml`,
  text: component(name, 'secretstores.local.file', 'v1', {secretsFile, multiValued: 'true'}),
})

/** How the sidecars of one test find each other; Dapr's default asks by multicast. */
export const nameResolution = (file: string): string =>
  JSON.stringify({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: {name: 'test'},
    spec: {nameResolution: {component: 'sqlite', version: 'v1', configuration: {connectionString: file}}},
  })
