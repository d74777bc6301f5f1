import {describe, expect, test} from 'vitest'
import {DAPR_TARGETS, placeholderValues, renderDapr} from '../operations/render-dapr.ts'
import {lintResources} from './lint-resources.ts'
import {component, found, GOOD_KAFKA} from './testing/lint-texts.ts'

test('what todo5 itself renders has nothing wrong, for any target', async () => {
  for (const target of DAPR_TARGETS) {
    const files = await renderDapr({target, values: await placeholderValues(target)})
    const {resources, findings} = lintResources(files)
    expect(findings).toEqual([])
    expect(resources).toBeGreaterThan(8)
  }
})

describe('files and resources', () => {
  test('what is no YAML is a finding at its line, and the other files are still looked at', () => {
    expect(
      found('kind: Component\n  name: [', component('pubsub.kafka', GOOD_KAFKA.replace('oldest', 'newest'))),
    ).toEqual(['0.yaml:1:7 yaml error', '1.yaml:11:29 initial-offset error'])
  })

  test('other objects in the folder are none of its business, and misspelt kinds are', () => {
    expect(found('apiVersion: v1\nkind: Service\nmetadata: {name: x}')).toEqual([])
    expect(found('apiVersion: dapr.io/v1alpha1\nkind: Componant\nmetadata: {name: x}')).toEqual(['2:1 kind error'])
    expect(found('apiVersion: dapr.io/v1\nkind: Resiliency\nmetadata: {name: Big_Name}')).toEqual([
      '1:1 api-version error',
      '3:12 name error',
    ])
  })

  test('several documents in a file, each at its own lines; what is broken hides none of the others', () => {
    const kafka = component('pubsub.kafka', GOOD_KAFKA.replace('oldest', 'newest'))
    const second = kafka.replace('name: it', 'name: second')
    expect(found(`# first\n---\n${kafka}\n---\n\n---\n${second}...\n`)).toEqual([
      '13:29 initial-offset error',
      '28:29 initial-offset error',
    ])
    expect(found(`${kafka}---\nkind: [\n---\n${second}`)).toEqual([
      '11:29 initial-offset error',
      '14:1 yaml error',
      '25:29 initial-offset error',
    ])
    expect(found(kafka.replaceAll('\n', '\r\n'))).toEqual(['11:29 initial-offset error'])
    expect(found('# nothing\n', '', '- a list\n- of things')).toEqual([])
  })

  test('anchors: what an alias stands for is looked at, and named where it is written', () => {
    const text = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: it, annotations: {x: &where newest}}
spec:
  type: pubsub.kafka
  version: v1
  metadata:
    - {name: brokers, value: 'k:9092'}
    - {name: authType, value: none}
    - &offset {name: initialOffset, value: *where}
    - {<<: *offset, name: maxMessageByts, value: 1}
`
    expect(found(text)).toEqual(['10:37 initial-offset error', '11:21 field-unknown error'])
    expect(found(text.replace('*where', '*nowhere'))).toEqual(['1:1 yaml error'])
    const shared = `apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: {name: r}
spec:
  policies: {retries: {again: &retry {policy: constant, duration: 1s, maxRetries: 3}, other: *retry}}
  targets: {components: {it: {inbound: {retry: other}}}}
`
    expect(found(component('pubsub.kafka', GOOD_KAFKA), shared)).toEqual(['1.yaml:6:41 finite-inbound-retries error'])
  })

  test('an alias that never ends', () => {
    const levels = Array.from(
      {length: 12},
      (_, n) =>
        `l${n}: &l${n} [${
          n === 0
            ? 'x'
            : Array(9)
                .fill(`*l${n - 1}`)
                .join(', ')
        }]`,
    )
    expect(found(`kind: Component\n${levels.join('\n')}\n`)).toEqual(['1:1 yaml error'])
  })

  test('YAML as Dapr reads it: on and off are booleans', () => {
    const spec = 'spec: {features: [{name: HotReload, enabled: off}], metrics: {http: {increasedCardinality: no}}}'
    expect(found(`apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {name: c}\n${spec}`)).toEqual([])
  })

  test('kinds of the same name that are not of Dapr', () => {
    expect(
      found(
        'apiVersion: serving.knative.dev/v1\nkind: Configuration\nmetadata: {name: x}',
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []',
        'apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: x}\nspec: {channel: stable}',
        'apiVersion: darp.io/v1alpha1\nkind: Resiliency\nmetadata: {name: x}',
      ),
    ).toEqual(['3.yaml:1:1 api-version error'])
  })

  test('a template is told what it is', () => {
    const {findings} = lintResources([{path: 'a', text: 'metadata:\n  name: {{ .Values.name }}\n  {{- if .x }}\n'}])
    expect(findings).toMatchObject([
      {rule: 'yaml', hint: 'It looks like a template: render it, and look at what comes out.'},
    ])
  })

  test('two of one name', () => {
    const one = component('pubsub.kafka', GOOD_KAFKA)
    expect(found(one, `---\n${one}`)).toEqual(['1.yaml:5:3 duplicate-name error'])
  })
})

describe('fields of resources', () => {
  const one = component('pubsub.kafka', GOOD_KAFKA)
  const only = (text: string) => {
    const {findings} = lintResources([{path: 'a', text}])
    expect(findings).toHaveLength(1)
    return findings[0]!
  }

  test('fields that Dapr ignores, with where they belong', () => {
    expect(only(one.replace('  version: v1', '  version: v1\n  scopes: [a]'))).toMatchObject({
      line: 8,
      rule: 'resource-field',
      severity: 'error',
      message: 'spec has no scopes; Dapr ignores it.',
      hint: 'It stands beside spec, not in it.',
    })
    expect(only(one.replace('spec:', 'initTimeout: 5s\nspec:')).hint).toBe('It stands in spec.')
    expect(only(one.replace('  version: v1', '  version: v1\n  initTimeot: 5s')).hint).toBe('Did you mean initTimeout?')
    expect(only(`${one}scope: [a]\n`).hint).toBe('Did you mean scopes?')
    expect(only(one.replace('{name: brokers, value', '{name: brokers, valu'))).toMatchObject({
      message: 'spec.metadata[0] has no valu; Dapr ignores it.',
    })
    expect(only(one.replace('  version: v1', '  version: v1\n  initTimeOut: 5s'))).toMatchObject({
      severity: 'warning',
      hint: 'Write initTimeout.',
    })
  })

  test('values of another form: Dapr would go on without the resource', () => {
    expect(only(`${one}scopes: audit-service\n`)).toMatchObject({
      rule: 'field-form',
      message: 'scopes is no list.',
      hint: 'Write a list; as it is, Dapr does not load this Component, and goes on without it.',
    })
    expect(only(`${one}auth: kubernetes\n`).message).toBe('auth is no mapping.')
    expect(only(one.replace('  version: v1', '  version: v1\n  ignoreErrors: "no"')).message).toBe(
      'spec.ignoreErrors is no boolean.',
    )
    expect(found(one.replace('  version: v1', '  version: v1\n  ignoreErrors: true'))).toEqual([
      '8:3 ignore-errors warning',
    ])
    // Text without quotes is text to Dapr, and a field with nothing in it is left out.
    expect(found(one.replace('  version: v1', '  version: v1\n  initTimeout: 5'))).toEqual([])
    expect(found(`${one}scopes:\n`)).toEqual([])
  })
})

describe('components', () => {
  test('a misspelt type names the right one; a version that does not exist', () => {
    const {findings} = lintResources([{path: 'a', text: component('pubsub.kafaka', '')}])
    expect(findings).toMatchObject([{rule: 'component-type', line: 6, hint: 'Did you mean pubsub.kafka?'}])
    expect(found(component('pubsub.kafka', GOOD_KAFKA).replace('version: v1', 'version: v3'))).toEqual([
      '7:3 component-version error',
    ])
    expect(found(component('pubsub.of-my-own', ''))).toEqual(['6:3 component-type warning'])
  })

  test.each([
    [
      'a misspelt field',
      'name: initialOfset, value: oldest',
      'field-unknown',
      'Did you mean initialOffset? Dapr ignores what it does not know.',
    ],
    [
      'a field of another type',
      'name: tablePrefix, value: x',
      'field-unknown',
      'Dapr ignores it without a word; remove it.',
    ],
    [
      'a field twice, in other letters',
      'name: BROKERS, value: x:1',
      'field-twice',
      'Only one of them counts; remove the other.',
    ],
    ['a number that is none', 'name: maxMessageBytes, value: many', 'field-value', 'It is a number.'],
    [
      'a duration that is none',
      'name: sessionTimeout, value: long',
      'field-value',
      'It is a duration such as 200ms or 10s.',
    ],
    [
      'a value that is not allowed',
      'name: consumerGroupRebalanceStrategy, value: fair',
      'field-value',
      'It is one of range, sticky, roundrobin.',
    ],
    [
      'a secret in the open',
      'name: clientKey, value: abc',
      'plain-secret',
      'Use secretKeyRef: {name: …, key: clientKey}.',
    ],
    [
      'a shared group',
      'name: consumerGroup, value: todo5',
      'shared-consumer-group',
      'Leave it out, the group is then the app-id; or scope the component to one app.',
    ],
    ['a certificate of anybody', 'name: skipVerify, value: true', 'tls', 'Give caCert instead.'],
  ])('%s', (_name, line, rule, hint) => {
    const {findings} = lintResources([{path: 'a', text: component('pubsub.kafka', `${GOOD_KAFKA}\n${line}`)}])
    expect(findings).toMatchObject([{rule, hint, line: 12}])
  })

  test('Kafka: what is missing, by the way it signs in', () => {
    expect(found(component('pubsub.kafka', 'name: initialOffset, value: oldest'))).toEqual([
      '8:3 auth-type error',
      '8:3 field-missing error',
    ])
    expect(found(component('pubsub.kafka', GOOD_KAFKA.replace('none', 'password')))).toEqual([
      '10:7 field-missing error',
      '10:7 field-missing error',
    ])
    expect(found(component('pubsub.kafka', GOOD_KAFKA.replace(/\n.*oldest/u, '')))).toEqual([
      '8:3 initial-offset error',
    ])
  })

  test('Kafka: a mechanism under its usual name is PLAIN for Dapr', () => {
    const signsIn = `name: brokers, value: k:9092
name: authType, value: password
name: initialOffset, value: oldest
name: saslUsername, value: me
name: saslPassword, secretKeyRef: {name: kafka, key: password}
name: saslMechanism, value: SCRAM-SHA-256`
    const store = 'auth: {secretStore: local}'
    const {findings} = lintResources([{path: 'a', text: component('pubsub.kafka', signsIn, store)}])
    expect(findings).toMatchObject([{rule: 'sasl-mechanism', line: 14, hint: 'Write saslMechanism: SHA-256.'}])
    expect(found(component('pubsub.kafka', signsIn.replace('SCRAM-SHA-256', 'SHA-256'), store))).toEqual([])
    expect(found(component('pubsub.kafka', signsIn.replace('SCRAM-SHA-256', 'SHA-256')))).toEqual([
      '13:7 secret-store warning',
    ])
  })

  test.each([
    ['no retries of its own', 'name: consumeRetryEnabled, value: false', ['12:35 consume-retry error']],
    ['retries that end', 'name: backOffMaxRetries, value: 3', ['12:33 finite-inbound-retries error']],
    [
      'retries that end after 15 minutes',
      'name: backOffPolicy, value: exponential',
      ['12:29 finite-inbound-retries error'],
    ],
    ['retries for ever', 'name: backOffMaxRetries, value: -1', []],
    [
      'growing pauses without an end',
      'name: backOffPolicy, value: exponential\nname: backOffMaxElapsedTime, value: 0',
      [],
    ],
  ])('Kafka: %s', (_name, line, expected) => {
    expect(found(component('pubsub.kafka', `${GOOD_KAFKA}\n${line}`))).toEqual(expected)
  })

  test('a group of its own, or of one app, may have any name', () => {
    const grouped = (group: string, more = '') =>
      found(component('pubsub.kafka', `${GOOD_KAFKA}\nname: consumerGroup, value: '${group}'`, more))
    expect(grouped('{appID}-live')).toEqual([])
    expect(grouped('audit', 'scopes: [audit-service]')).toEqual([])
    const live = GOOD_KAFKA.replace('oldest', "newest\nname: consumerGroup, value: 'live-{podName}'")
    expect(found(component('pubsub.kafka', live))).toEqual([])
    expect(grouped('audit', 'scopes: [audit-service, chat-api]')).toEqual(['12:29 shared-consumer-group error'])
  })

  test('types under their other names, and versions that are nowhere described', () => {
    expect(found(component('pubsub.azure.servicebus', ''))).toEqual([])
    expect(found(component('bindings.cron', "name: schedule, value: '@daily'\nname: route, value: /cron"))).toEqual([])
    const postgres = component(
      'state.postgres',
      'name: connectionString, secretKeyRef: {name: db, key: url}',
      'auth: {secretStore: s}',
    )
    expect(found(postgres)).toEqual(['7:3 state-version error'])
    expect(found(postgres.replace('version: v1', 'version: v2'))).toEqual([])
    expect(found(postgres.replace('  version: v1\n', ''))).toEqual([
      '5:1 component-version warning',
      '5:1 state-version error',
    ])
    expect(
      found(postgres.replace('state.postgres', 'state.cockroachdb').replace('version: v1', 'version: v2')),
    ).toEqual([])
  })

  test('Kafka: how one signed in before there was authType', () => {
    const old = GOOD_KAFKA.replace('authType, value: none', 'authRequired, value: false')
    const {findings} = lintResources([{path: 'a', text: component('pubsub.kafka', old)}])
    expect(findings).toMatchObject([{rule: 'auth-type', severity: 'warning', hint: 'Write authType: none.'}])
  })

  test('the old version of the PostgreSQL state store, and one without a database', () => {
    const store = component(
      'state.postgresql',
      'name: connectionString, secretKeyRef: {name: db, key: url}',
      'auth: {secretStore: local}',
    )
    expect(found(store)).toEqual([])
    expect(found(store.replace('version: v2', 'version: v1'))).toEqual(['7:3 state-version error'])
    expect(found(component('state.postgresql', 'name: maxConns, value: 4'))).toEqual(['8:3 field-missing error'])
  })
})

describe('subscriptions', () => {
  const subscription = (spec: string) =>
    `apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: {name: s}\nspec:\n${spec}`

  test('the default wait of bulk subscriptions, and a component that is not there', () => {
    const given = '  pubsubname: it\n  deadLetterTopic: it-dlq\n'
    expect(found(subscription(`${given}  bulkSubscribe: {enabled: true}`))).toEqual(['7:3 bulk-wait error'])
    expect(found(subscription('  pubsubname: it'))).toEqual(['4:1 no-dead-letter-topic warning'])
    expect(
      found(
        component('pubsub.kafka', GOOD_KAFKA),
        subscription(
          '  pubsubname: its\n  deadLetterTopic: d\n  bulkSubscribe: {enabled: true, maxAwaitDurationMs: 10}',
        ),
      ),
    ).toEqual(['0.yaml:4:3 no-inbound-retries warning', '1.yaml:5:3 unknown-component error'])
  })
})

describe('configurations', () => {
  const configuration = (spec: string) => `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: c}
spec:
  features: [{name: HotReload, enabled: false}]
  metrics: {http: {increasedCardinality: false}}
${spec}`

  test.each([
    ['nothing dangerous', '  tracing: {samplingRate: "0.1"}', []],
    ['mTLS off', '  mtls: {enabled: false}', ['7:10 mtls-off error']],
    ['everybody may call', '  accessControl: {defaultAction: allow}', ['7:3 access-default error']],
    [
      'a policy that makes Dapr refuse all',
      '  accessControl: {defaultAction: deny, policies: [{appId: a}]}',
      ['7:51 access-policy error'],
    ],
    ['a rate that is a number', '  tracing: {samplingRate: 0.1}', ['7:13 sampling-rate error']],
  ])('%s', (_name, spec, expected) => {
    expect(found(configuration(spec))).toEqual(expected)
  })

  test('defaults of Dapr that surprise', () => {
    expect(found('apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {name: c}\nspec: {}')).toEqual([
      '4:1 hot-reload warning',
      '4:1 metrics-cardinality warning',
    ])
    expect(found(configuration('').replace('enabled: false', 'enabled: true'))).toEqual(['5:14 hot-reload warning'])
  })
})
