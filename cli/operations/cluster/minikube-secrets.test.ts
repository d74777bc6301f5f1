import {expect, test} from 'vitest'
import {missingSecrets, SECRET_NAMES, secretsText} from './minikube-secrets.ts'

test('all of them, with the same password of a login wherever it stands', () => {
  const made = missingSecrets(new Map())
  expect([...made.keys()].toSorted()).toEqual([...SECRET_NAMES].toSorted())
  const chat = made.get('chat-api')!
  expect(made.get('statestore-postgresql')!['connectionString']).toBe(chat['DATABASE_URL'])
  expect(new URL(made.get('migrate')!['DATABASE_URL']!)).toMatchObject({
    username: 'postgres',
    password: made.get('postgresql')!['password'],
    host: 'postgresql:5432',
    pathname: '/todo5',
  })
  for (const [name, key] of [
    ['chat-api', 'BETTER_AUTH_SECRET'],
    ['notification-service', 'PUSH_SECRET'],
    ['audit-service', 'token'],
  ] as const)
    expect(made.get(name)![key]).toMatch(/^[\w-]{32,}$/u)
  const values = [...made.values()].flatMap((one) => Object.values(one))
  expect(new Set(values).size).toBe(values.length - 1)
})

test('what is there stays, whole or in part, and what is made fits to it', () => {
  const made = missingSecrets(new Map())
  expect(missingSecrets(made).size).toBe(0)
  const some = new Map(made)
  some.delete('postgresql')
  some.delete('statestore-postgresql')
  some.set('chat-api', {DATABASE_URL: made.get('chat-api')!['DATABASE_URL']!})
  const again = missingSecrets(some)
  expect(again.get('postgresql')).toEqual(made.get('postgresql'))
  expect(again.get('statestore-postgresql')).toEqual(made.get('statestore-postgresql'))
  expect(again.get('chat-api')).toMatchObject({DATABASE_URL: made.get('chat-api')!['DATABASE_URL']})
  expect(Object.keys(again.get('chat-api')!).toSorted()).toEqual(['BETTER_AUTH_SECRET', 'DATABASE_URL', 'token'])
  expect([...again.keys()].toSorted()).toEqual(['chat-api', 'postgresql', 'statestore-postgresql'])
})

test('as kubectl reads them', () => {
  const {items} = JSON.parse(secretsText(new Map([['one', {key: 'value'}]]), 'mine')) as {items: unknown[]}
  expect(items).toMatchObject([
    {kind: 'Secret', metadata: {name: 'one', namespace: 'mine'}, stringData: {key: 'value'}},
  ])
})
