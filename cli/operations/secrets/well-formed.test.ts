import {expect, test} from 'vitest'
import {SECRETS, findSecret, secretNames} from './catalogue.ts'
import {addressesOf, faultOf} from './well-formed.ts'
import {CHAT_API_VARIABLES} from '../../../services/chat-api/config.ts'
import {NOTIFICATION_SERVICE_VARIABLES} from '../../../services/notification-service/config.ts'
import {SECRET_VARIABLES} from '../../../services/process/variables.ts'
import {missingSecrets} from '../cluster/minikube-secrets.ts'

const NOW = Date.UTC(2026, 10, 20)
const fault = (name: string, value: string): string | undefined => faultOf(findSecret(name)!.key, value, NOW)

test.each<[name: string, value: string, fault: string | undefined]>([
  ['task-service/DATABASE_URL', 'postgres://a:b@ep-x-pooler.eu.neon.tech/todo5?sslmode=require', undefined],
  ['task-service/DATABASE_URL', 'postgres://a:b@postgresql:5432/todo5', undefined],
  ['task-service/DATABASE_URL', 'postgres://a:b@db.todo5.svc/todo5', undefined],
  ['task-service/DATABASE_URL', 'postgres://a:b@ep-x.eu.neon.tech/todo5', expect.stringMatching('is not encrypted')],
  ['task-service/DATABASE_URL', 'postgres://a@db/todo5', 'has no password'],
  ['task-service/DATABASE_URL', 'postgres://db/todo5', 'names no login'],
  ['task-service/DATABASE_URL', 'postgres://a:b@db', 'names no database'],
  ['task-service/DATABASE_URL', 'mysql://a:b@db/x', 'is no URL of PostgreSQL, postgres://…'],
  ['task-service/DATABASE_URL', '', 'is empty'],
  ['migrate', 'postgres://a:b@ep-x-pooler.eu.neon.tech/todo5?sslmode=require', expect.stringMatching('pooler')],
  ['migrate', 'postgres://a:b@ep-x.eu.neon.tech/todo5?sslmode=require', undefined],
  ['SMTP_URL', 'smtps://a:b@mail.example.org', undefined],
  ['SMTP_URL', 'https://mail.example.org', 'is no URL of a mail server, smtp://… or smtps://…'],
  ['task-service/token', 'short', 'has less than 16 characters'],
  ['task-service/token', 'long enough to be one\n', 'has more than one line'],
  ['task-service/token', ' long enough to be one', 'begins or ends with a space'],
  ['brokers', 'seed.any.eu.mpx.prd.cloud.redpanda.com:9092', undefined],
  ['brokers', 'a:1,b:2', undefined],
  ['brokers', 'https://a:1', 'is no list of HOST:PORT'],
  ['ca.crt', 'BEGIN', 'is no certificate (PEM)'],
])('%s %s', (name, value, expected) => expect(fault(name, value)).toEqual(expected))

test('no fault says anything of the value', () => {
  const planted = 'Pl4nted-value'
  for (const name of secretNames()) {
    for (const value of [
      planted,
      `https://${planted}`,
      `postgres://${planted}`,
      `postgres://a:${planted}@b.c/d`,
      `${planted}\n`,
    ]) {
      expect(fault(name, value) ?? '').not.toContain(planted)
    }
  }
})

test('a name is found whole, or by the part that is enough', () => {
  const found = (name: string) => {
    const one = findSecret(name)
    return one && `${one.entry.name}/${one.key.key}`
  }
  expect(found('chat-api/token')).toBe('chat-api/token')
  expect(found('MODEL_KEY')).toBe('chat-api/MODEL_KEY')
  expect(found('migrate')).toBe('migrate/DATABASE_URL')
  expect(found('token')).toBeUndefined()
  expect(found('chat-api')).toBeUndefined()
  expect(found('chat-api/other')).toBeUndefined()
  expect(found('todo5-cluster-ca-cert/ca.crt')).toBe('todo5-cluster-ca-cert/ca.crt')
})

test('each secret of the services is known, and nothing that they do not read', () => {
  const known = SECRETS.flatMap(({keys}) => keys.map(({key}) => key))
  const read = SECRET_VARIABLES.filter((name) => name !== 'RELAY_DATABASE_URL')
  expect(known).toEqual(expect.arrayContaining(read))
  const of = (name: string) => SECRETS.find((entry) => entry.name === name)!.keys.map(({key}) => key)
  for (const key of of('chat-api').filter((one) => !['DATABASE_URL', 'token'].includes(one)))
    expect(CHAT_API_VARIABLES).toHaveProperty([key])
  for (const key of of('notification-service').filter((one) => !['DATABASE_URL', 'token'].includes(one)))
    expect(NOTIFICATION_SERVICE_VARIABLES).toHaveProperty([key])
})

test('what up minikube makes is well-formed', () => {
  for (const [name, values] of missingSecrets(new Map())) {
    for (const [key, value] of Object.entries(values))
      expect([name, key, fault(`${name}/${key}`, value)]).toEqual([name, key, undefined])
  }
})

test('where a value leads', () => {
  const at = (name: string, value: string) => addressesOf(findSecret(name)!.key, value)
  expect(at('brokers', 'a.b:9092,c.d:9093')).toEqual([
    {host: 'a.b', port: 9092},
    {host: 'c.d', port: 9093},
  ])
  expect(at('migrate', 'postgres://a:b@c.d/e')).toEqual([{host: 'c.d', port: 5432}])
  expect(at('SMTP_URL', 'smtps://a:b@c.d')).toEqual([{host: 'c.d', port: 465}])
  expect(at('MODEL_KEY', 'x')).toEqual([])
})
