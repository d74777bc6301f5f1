import {expect, test} from 'vitest'
import type {KafkaFlags} from './kafka-access.ts'
import {streamPlace} from './stream-place.ts'

const LOCAL = {name: 'local', database_url: 'postgres://local'} as const
const STARTING = {name: 'local', database_url: null} as const
const HOST = {name: 'host', database_url: 'postgres://host'} as const
type Running = typeof LOCAL | typeof STARTING | typeof HOST

const place = async (flags: KafkaFlags, running: readonly Running[] = []) =>
  await streamPlace(flags, {
    password: undefined,
    hostBrokers: async () => (running.includes(HOST) ? '127.0.0.1:9092' : undefined),
    readFile: async () => '',
    running: async () => running,
  })

const IN_DATABASE = {kind: 'database', target: 'local', databaseUrl: 'postgres://local'}
const ON_HOST = {kind: 'kafka', target: 'host', connection: {brokers: ['127.0.0.1:9092'], tls: false}}
const ELSEWHERE = {kind: 'kafka', target: null, connection: {brokers: ['there:1'], tls: false}}

test('without a flag the one that commands talk to, which comes first', async () => {
  expect(await place({}, [LOCAL])).toEqual(IN_DATABASE)
  expect(await place({}, [HOST])).toEqual(ON_HOST)
  expect(await place({}, [LOCAL, HOST])).toEqual(IN_DATABASE)
  expect(await place({}, [HOST, LOCAL])).toEqual(ON_HOST)
  await expect(place({})).rejects.toMatchObject({code: 'not_running', exit: 6})
  await expect(place({}, [STARTING])).rejects.toMatchObject({code: 'starting', exit: 6})
})

test('a flag names another one', async () => {
  expect(await place({target: 'local'}, [HOST, LOCAL])).toEqual(IN_DATABASE)
  expect(await place({target: 'host'}, [LOCAL, HOST])).toEqual(ON_HOST)
  expect(await place({brokers: 'there:1'}, [LOCAL, HOST])).toEqual(ELSEWHERE)
  expect(await place({brokers: 'there:1', target: 'oke'}, [LOCAL])).toEqual({...ELSEWHERE, target: 'oke'})
  // KAFKA_BROKERS may be set in the shell for other commands.
  expect(await place({brokers: 'there:1', target: 'local'}, [LOCAL])).toEqual(IN_DATABASE)
  await expect(place({target: 'local'}, [HOST])).rejects.toMatchObject({code: 'not_running'})
  await expect(place({target: 'host'}, [LOCAL])).rejects.toMatchObject({code: 'not_running'})
  await expect(place({target: 'oke'}, [HOST])).rejects.toMatchObject({code: 'brokers_needed'})
})
