import {expect, test} from 'vitest'
import {parse} from 'yaml'
import {ownKubeconfig} from './own-kubeconfig.ts'

const config = `apiVersion: v1
kind: Config
current-context: context-b
clusters:
  - {name: k, cluster: {server: 'https://192.0.2.1:6443', certificate-authority-data: QQ==}}
users:
  - {name: u, user: {exec: {command: oci, args: [ce, cluster, generate-token], env: []}}}
contexts:
  - {name: context-a, context: {cluster: other, user: u}}
  - {name: context-b, context: {cluster: k, user: u}}
`

test('one context, called as the environment is; the program that asks for a token stays', () => {
  const own = parse(ownKubeconfig(config, {name: 'oke-staging', namespace: 'todo5'})) as Record<string, unknown>
  expect(own['current-context']).toBe('oke-staging')
  expect(own['contexts']).toEqual([{name: 'oke-staging', context: {cluster: 'k', user: 'u', namespace: 'todo5'}}])
  expect(own['users']).toEqual((parse(config) as Record<string, unknown>)['users'])
})

test('what is no kubeconfig is refused', () => {
  expect(() => ownKubeconfig('{}', {name: 'x', namespace: 'y'})).toThrow(/clusters/u)
})
