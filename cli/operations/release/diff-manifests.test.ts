import {stringify} from 'yaml'
import {expect, test} from 'vitest'
import {diffManifests, imageIn} from './diff-manifests.ts'

const manifest = (...objects: readonly object[]): string => objects.map((one) => `---\n${stringify(one)}`).join('')
const object = (kind: string, name: string, rest: object = {}) => ({kind, metadata: {name}, ...rest})
const deployment = (image: string, env: readonly object[] = []) =>
  object('Deployment', 'chat-api', {
    spec: {replicas: 2, template: {spec: {containers: [{name: 'chat-api', image, args: ['chat-api'], env}]}}},
  })

test('object by object: what comes, what goes, and the lines that change', () => {
  const before = manifest(deployment('todo5:1.4.2'), object('Service', 'old'), object('Service', 'same'))
  const after = manifest(object('Service', 'same'), deployment('todo5:1.5.0'), object('Role', 'new'))
  expect(diffManifests(before, after)).toEqual([
    {
      object: 'Deployment/chat-api',
      change: 'changed',
      lines: [
        '       containers:',
        '         - name: chat-api',
        '-          image: todo5:1.4.2',
        '+          image: todo5:1.5.0',
        '           args:',
        '             - chat-api',
      ],
    },
    {object: 'Role/new', change: 'added', lines: []},
    {object: 'Service/old', change: 'removed', lines: []},
  ])
  expect(diffManifests(before, before)).toEqual([])
  expect(diffManifests('', manifest(object('Role', 'new')))).toEqual([{object: 'Role/new', change: 'added', lines: []}])
  expect([imageIn(after), imageIn(manifest(object('Role', 'x')))]).toEqual(['todo5:1.5.0', undefined])
  expect(() => diffManifests('a: [', '')).toThrow()
})

const shown = (before: object, after: object): string =>
  diffManifests(manifest(before), manifest(after))
    .flatMap(({lines}) => lines)
    .filter((line) => /^[+-]/u.test(line))
    .map((line) => line.replace(/^(.) +/u, '$1 '))
    .join('\n')

test('no secret is shown, only that it is another one', () => {
  const secret = (password: string) => object('Secret', 'x', {type: 'Opaque', data: {password, user: 'root'}})
  expect(shown(secret('b25l'), secret('dHdv'))).toBe('- password: ••••\n+ password: •••• (changed)')

  const env = (value: string) =>
    deployment('a', [
      {name: 'SMTP_PASSWORD', value},
      {name: 'LOG_LEVEL', value},
    ])
  expect(shown(env('hidden1'), env('hidden2'))).toBe(
    ['- value: ••••', '+ value: •••• (changed)', '- value: hidden1', '+ value: hidden2'].join('\n'),
  )

  const component = (value: string) =>
    object('Component', 'statestore', {
      spec: {
        metadata: [
          {name: 'connectionString', value},
          {name: 'ttl', value: '1'},
        ],
      },
    })
  expect(shown(component('host=a password=b'), component('host=c'))).toBe('- value: ••••\n+ value: •••• (changed)')

  const map = (url: string, token: string) => object('ConfigMap', 'x', {data: {url, accessToken: token, keys: 'k'}})
  expect(shown(map('postgres://u:one@db/x', 't1'), map('postgres://u:two@db/x', 't2'))).toBe(
    [
      '- url: postgres://u:••••@db/x',
      '- accessToken: ••••',
      '+ url: postgres://u:•••• (changed)@db/x',
      '+ accessToken: •••• (changed)',
    ].join('\n'),
  )
  expect(shown(map('postgres://u:one@db/x', 't1'), map('postgres://u:one@other/x', 't1'))).toBe(
    '- url: postgres://u:••••@db/x\n+ url: postgres://u:••••@other/x',
  )
})

test('where a secret is may be seen', () => {
  const from = (name: string) =>
    deployment('a', [{name: 'APP_API_TOKEN', valueFrom: {secretKeyRef: {name, key: 'token'}}}])
  expect(shown(from('one'), from('two'))).toBe('- name: one\n+ name: two')
  const annotated = (name: string) =>
    object('Deployment', 'x', {metadata: {name: 'x', annotations: {'dapr.io/app-token-secret': name}}})
  expect(shown(annotated('one'), annotated('two'))).toBe(
    '- dapr.io/app-token-secret: one\n+ dapr.io/app-token-secret: two',
  )
})
