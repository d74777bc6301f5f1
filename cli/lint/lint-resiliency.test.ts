import {describe, expect, test} from 'vitest'
import {component, found, GOOD_KAFKA} from './testing/lint-texts.ts'

describe('resiliency', () => {
  const policies = (retry: string, target: string) => `apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: {name: r}
spec:
  policies:
    retries:
      again: {${retry}}
    circuitBreakers:
      fuse: {trip: consecutiveFailures >= 5, timeout: 5s}
  targets:
    components:
      it:
        ${target}
`
  const forever = 'policy: constant, duration: 1s, maxRetries: -1'
  const check = (retry: string, target: string) => found(component('pubsub.kafka', GOOD_KAFKA), policies(retry, target))

  test('inbound retries for ever, a second apart, are fine', () => {
    expect(check(forever, 'inbound: {retry: again}')).toEqual([])
  })

  test.each([
    [
      'retries that end',
      'policy: constant, duration: 1s, maxRetries: 3',
      'inbound: {retry: again}',
      ['13:19 finite-inbound-retries error'],
    ],
    ['retries without a number, which is for ever', 'policy: constant, duration: 1s', 'inbound: {retry: again}', []],
    [
      'retries that Dapr ends after 15 minutes, and that wait for a minute',
      'policy: exponential, maxRetries: -1',
      'inbound: {retry: again}',
      ['13:19 finite-inbound-retries error', '13:19 long-retry-interval warning'],
    ],
    [
      'retries of some answers alone',
      "policy: constant, duration: 1s, matching: {httpStatusCodes: '502'}",
      'inbound: {retry: again}',
      ['13:19 finite-inbound-retries error'],
    ],
    [
      'the interval that is left out',
      'maxRetries: -1',
      'inbound: {retry: again}',
      ['13:19 long-retry-interval warning'],
    ],
    [
      'a time-out, which delivers twice',
      `${forever}}\n    timeouts: {t: 5s`,
      'inbound: {retry: again, timeout: t}',
      ['14:33 timeout-inbound warning'],
    ],
    [
      'a circuit breaker inbound',
      forever,
      'inbound: {retry: again, circuitBreaker: fuse}',
      ['13:33 circuit-breaker-inbound error'],
    ],
    [
      'a policy on publishing',
      forever,
      'inbound: {retry: again}\n        outbound: {retry: again}',
      ['14:20 pubsub-outbound error'],
    ],
    ['a policy that does not exist', forever, 'inbound: {retry: agian}', ['13:19 unknown-policy error']],
    [
      'a field that Dapr does not read',
      `${forever}, initialInterval: 1s`,
      'inbound: {retry: again}',
      ['7:63 resource-field error'],
    ],
  ])('%s', (_name, retry, target, expected) => {
    expect(check(retry, target)).toEqual(expected.map((line) => `1.yaml:${line}`))
  })

  test('a pub/sub component that no policy covers; one alone says nothing about policies', () => {
    const other = component('pubsub.kafka', GOOD_KAFKA).replace('name: it', 'name: other')
    expect(found(component('pubsub.kafka', GOOD_KAFKA), policies(forever, 'inbound: {retry: again}'), other)).toEqual([
      '2.yaml:4:3 no-inbound-retries warning',
    ])
    const live = `${GOOD_KAFKA}\nname: consumerGroup, value: '{appID}-{uuid}'`
    const own = component('pubsub.kafka', live).replace('name: it', 'name: live')
    expect(found(component('pubsub.kafka', GOOD_KAFKA), policies(forever, 'inbound: {retry: again}'), own)).toEqual([])
    expect(found(other)).toEqual([])
  })

  test('a default for all pub/sub components is looked at where it counts', () => {
    const byDefault = (name: string, retry: string, target = 'it') =>
      found(
        component('pubsub.kafka', GOOD_KAFKA),
        policies(forever, 'inbound: {retry: again}')
          .replace('again: {', `${name}: {${retry}}\n      again: {`)
          .replace('it:', `${target}:`),
        component('pubsub.kafka', GOOD_KAFKA).replace('name: it', 'name: there'),
      )
    const names = ['DefaultPubsubComponentInboundRetryPolicy', 'DefaultComponentRetryPolicy', 'DefaultRetryPolicy']
    for (const name of names) {
      expect(byDefault(name, 'policy: constant, duration: 1s, maxRetries: 3')).toContain(
        '1.yaml:7:7 finite-inbound-retries error',
      )
      expect(byDefault(name, forever)).not.toContain('1.yaml:7:7 finite-inbound-retries error')
    }
    // Of an app, not of a component.
    expect(byDefault('DefaultAppRetryPolicy', 'maxRetries: 3')).toEqual(['2.yaml:4:3 no-inbound-retries warning'])
  })

  test('a target that is no component, and policies that stand in a folder of their own', () => {
    expect(
      found(
        component('pubsub.kafka', GOOD_KAFKA).replace('name: it', 'name: its'),
        policies(forever, 'inbound: {retry: again}'),
      ),
    ).toEqual(['0.yaml:4:3 no-inbound-retries warning', '1.yaml:12:7 unknown-component error'])
    expect(found(policies(forever, 'inbound: {circuitBreaker: fuse}'))).toEqual(['13:19 circuit-breaker-inbound error'])
    expect(found(policies('maxRetries: 3, duration: 1s', 'inbound: {retry: again}'))).toEqual([
      '13:19 finite-inbound-retries error',
    ])
  })
})
