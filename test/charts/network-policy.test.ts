import {expect, test} from 'vitest'
import {type End, isAllowed, type NetworkPolicy} from './network-policy.ts'

const pod = (app: string, namespace = 'a'): End => ({namespace, labels: {app}})
const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({metadata: {name: 'p', namespace: 'a'}, spec})
const deny = policy({podSelector: {}, policyTypes: ['Ingress', 'Egress']})

test('without a policy everything passes; with one that selects a pod only what it says', () => {
  const connection = {from: pod('x'), to: pod('y'), port: 80}
  expect(isAllowed([], connection)).toBe(true)
  expect(isAllowed([deny], connection)).toBe(false)
  // Of another namespace.
  expect(isAllowed([deny], {...connection, from: pod('x', 'b'), to: pod('y', 'b')})).toBe(true)
})

test('both ends have to allow it, each by any of its policies', () => {
  const out = policy({
    podSelector: {matchLabels: {app: 'x'}},
    policyTypes: ['Egress'],
    egress: [{to: [{podSelector: {matchLabels: {app: 'y'}}}], ports: [{port: 80}]}],
  })
  const into = policy({
    podSelector: {matchLabels: {app: 'y'}},
    policyTypes: ['Ingress'],
    ingress: [{from: [{podSelector: {matchExpressions: [{key: 'app', operator: 'In', values: ['x']}]}}]}],
  })
  const connection = {from: pod('x'), to: pod('y'), port: 80}
  expect(isAllowed([deny, out], connection)).toBe(false)
  expect(isAllowed([deny, out, into], connection)).toBe(true)
  expect(isAllowed([deny, out, into], {...connection, port: 81})).toBe(false)
  expect(isAllowed([deny, out, into], {...connection, protocol: 'UDP'})).toBe(false)
  expect(isAllowed([deny, out, into], {...connection, from: pod('z')})).toBe(false)
  // A pod selector alone means the namespace of the policy.
  expect(isAllowed([deny, out, into], {...connection, from: pod('x', 'b')})).toBe(false)
})

test('addresses are matched by blocks, less what they leave out', () => {
  const internet = {cidr: '0.0.0.0/0', except: ['10.0.0.0/8']}
  const out = policy({
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{to: [{ipBlock: internet}], ports: [{port: 443}]}],
  })
  const reach = (address: string) => isAllowed([out], {from: pod('x'), to: {address}, port: 443})
  expect([reach('93.184.216.34'), reach('10.1.2.3'), reach('2001:db8::1')]).toEqual([true, false, false])
  expect(isAllowed([out], {from: pod('x'), to: pod('y'), port: 443})).toBe(false)
})
