import {type ComponentField, componentFieldsOf, fieldOf, groupOf, isComponent, isGroupPerProcess} from '../component.ts'
import type {Finding} from '../finding.ts'
import {type Resource, list} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

/** pubsub.kafka: defaults and values that lose events, or that never connect. */
export const kafka: Rule = (resource) => {
  if (!isComponent(resource, 'pubsub.kafka')) return []
  return [
    ...initialOffset(resource),
    ...consumerGroup(resource),
    ...mechanism(resource),
    ...authentication(resource),
    ...security(resource),
    ...retries(resource),
  ]
}

function initialOffset(resource: Resource): Finding[] {
  const field = fieldOf(resource, 'initialOffset')
  if (field && field.value?.toLowerCase() !== 'newest') return []
  if (isGroupPerProcess(resource)) return []
  return [
    finding(resource, field ? [...field.path, 'value'] : ['spec', 'metadata'], {
      severity: 'error',
      rule: 'initial-offset',
      message: `initialOffset is newest${field ? '' : ' when it is left out'}: a new consumer group misses what was published before it came.`,
      hint: 'Add initialOffset: oldest. Only a group of its own per process, {podName} or {uuid}, may want newest.',
    }),
  ]
}

/** Of two apps in one group each gets a part of the events. */
function consumerGroup(resource: Resource): Finding[] {
  const field = groupOf(resource)
  const scopes = list(resource.value['scopes'])
  if (!field || field.value === null || /\{(appID|uuid|podName)\}/u.test(field.value) || scopes.length === 1) return []
  return [
    finding(resource, [...field.path, 'value'], {
      severity: 'error',
      rule: 'shared-consumer-group',
      message: `${scopes.length === 0 ? 'Every app' : `Each of ${scopes.length} apps`} that uses this component joins the group ${field.value}, and gets only a part of the events.`,
      hint: 'Leave it out, the group is then the app-id; or scope the component to one app.',
    }),
  ]
}

const KNOWN_MECHANISMS: readonly string[] = ['SHA-256', 'SHA-512', 'PLAINTEXT']

/** Dapr takes whatever it does not know for PLAIN: the password itself goes to whoever answers. */
function mechanism(resource: Resource): Finding[] {
  const field = fieldOf(resource, 'saslMechanism')
  if (!field || field.value === null || KNOWN_MECHANISMS.includes(field.value)) return []
  const scram = /^SCRAM-(SHA-(?:256|512))$/iu.exec(field.value)?.[1]?.toUpperCase()
  return [
    finding(resource, [...field.path, 'value'], {
      severity: 'error',
      rule: 'sasl-mechanism',
      message: `Dapr does not know saslMechanism ${field.value}, and takes PLAIN.`,
      hint: scram ? `Write saslMechanism: ${scram}.` : `Write one of ${KNOWN_MECHANISMS.join(', ')}.`,
    }),
  ]
}

const NEEDED_BY_AUTH: Readonly<Record<string, readonly string[]>> = {
  password: ['saslUsername', 'saslPassword'],
  oidc: ['oidcTokenEndpoint', 'oidcClientID', 'oidcClientSecret'],
  oidc_private_key_jwt: ['oidcTokenEndpoint', 'oidcClientID', 'oidcClientAssertionCert', 'oidcClientAssertionKey'],
  mtls: ['clientCert', 'clientKey'],
  certificate: ['clientCert', 'clientKey'],
  awsiam: [],
  none: [],
}

function authentication(resource: Resource): Finding[] {
  const field = fieldOf(resource, 'authType')
  if (field?.value === null) return []
  const outdated = fieldOf(resource, 'authRequired')
  if (!field && outdated) {
    return [
      finding(resource, [...outdated.path, 'name'], {
        severity: 'warning',
        rule: 'auth-type',
        message: 'authRequired is outdated, and goes away with a coming version of Dapr.',
        hint: `Write authType: ${outdated.value?.toLowerCase() === 'false' ? 'none' : 'password, or mtls'}.`,
      }),
    ]
  }
  const type = field?.value.toLowerCase() ?? ''
  const needed = NEEDED_BY_AUTH[type]
  if (!field || !needed) {
    return [
      finding(resource, field ? [...field.path, 'value'] : ['spec', 'metadata'], {
        severity: 'error',
        rule: 'auth-type',
        message: field ? `authType cannot be ${field.value}.` : 'pubsub.kafka needs authType.',
        hint: `It is one of ${Object.keys(NEEDED_BY_AUTH).join(', ')}.`,
      }),
    ]
  }
  return needed
    .filter((name) => !fieldOf(resource, name))
    .map((name) =>
      finding(resource, field.path, {
        severity: 'error',
        rule: 'field-missing',
        message: `authType ${type} needs ${name}.`,
        hint: `Add - name: ${name} to spec.metadata.`,
      }),
    )
}

function security(resource: Resource): Finding[] {
  const isTrue = (field: ComponentField): boolean => field.value?.toLowerCase() === 'true'
  const signsIn = (fieldOf(resource, 'authType')?.value ?? 'none').toLowerCase() !== 'none'
  return componentFieldsOf(resource).flatMap((field) => {
    const name = field.name.toLowerCase()
    const dangerous = (name === 'skipverify' && isTrue(field)) || (name === 'disabletls' && isTrue(field) && signsIn)
    if (!dangerous) return []
    return [
      finding(resource, [...field.path, 'value'], {
        severity: 'warning',
        rule: 'tls',
        message:
          name === 'skipverify'
            ? 'skipVerify accepts the certificate of anybody.'
            : 'disableTls sends the password in the open.',
        hint: name === 'skipverify' ? 'Give caCert instead.' : 'Remove it, or use authType none on a private network.',
      }),
    ]
  })
}

/** Its own retries stand behind those of a Resiliency, for what fails for a reason of Dapr's. */
function retries(resource: Resource): Finding[] {
  if (isGroupPerProcess(resource)) return []
  const enabled = fieldOf(resource, 'consumeRetryEnabled')
  if (enabled && /^(false|f|no|n|off|0)$/iu.test(enabled.value ?? '')) {
    return [
      finding(resource, [...enabled.path, 'value'], {
        severity: 'error',
        rule: 'consume-retry',
        message:
          'Without consumeRetryEnabled a batch that failed is skipped as soon as a later one of its partition succeeds.',
        hint: 'Remove it; the default is true.',
      }),
    ]
  }
  const most = fieldOf(resource, 'backOffMaxRetries')
  const policy = fieldOf(resource, 'backOffPolicy')
  const elapsed = fieldOf(resource, 'backOffMaxElapsedTime')
  const exponential = policy?.value?.toLowerCase() === 'exponential' && !/^(0|0s|-1)$/u.test(elapsed?.value ?? '')
  const ending = most && Number(most.value) >= 0 ? most : exponential ? policy : undefined
  if (!ending) return []
  return [
    finding(resource, [...ending.path, 'value'], {
      severity: 'error',
      rule: 'finite-inbound-retries',
      message: `${ending === most ? `After ${most.value} retries` : 'After 15 minutes'} an event that could not be delivered is skipped.`,
      hint: ending === most ? 'Remove it; the default is for ever.' : 'Use constant, or add backOffMaxElapsedTime: 0.',
    }),
  ]
}
