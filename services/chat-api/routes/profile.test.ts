import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunningChatApi, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
let ada: Awaited<ReturnType<RunningChatApi['signUp']>>
let bob: typeof ada
beforeAll(async () => {
  api = await startChatApi()
  ada = await api.signUp('ada')
  bob = await api.signUp('bob')
})
afterAll(async () => api.stop())

const patch = async (user: typeof ada, json: unknown) =>
  api.call('PATCH', '/api/v1/profile', {headers: {'x-api-key': user.apiKey}, json})
const get = async (user: typeof ada) =>
  (await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': user.apiKey}})).body

test('everyone sees the own profile', async () => {
  expect(await get(ada)).toEqual({
    user_id: ada.userId,
    email: ada.email,
    name: 'ada',
    time_zone: 'Europe/Berlin',
    channels: ['email'],
    role: 'user',
  })
  expect((await get(bob)).user_id).toBe(bob.userId)
})

test('name, zone and channels are changed, alone and together, and the account agrees', async () => {
  expect(await patch(ada, {time_zone: 'Asia/Tokyo'})).toMatchObject({
    status: 200,
    body: {time_zone: 'Asia/Tokyo', name: 'ada'},
  })
  expect((await patch(ada, {channels: ['email', 'email']})).body.channels).toEqual(['email'])
  expect(await patch(ada, {channels: ['email', 'push']})).toMatchObject({
    status: 422,
    body: {
      errors: [{field: 'channels[1]', code: 'channel_not_set_up', hint: expect.stringContaining('Add a device first')}],
    },
  })
  expect((await patch(ada, {name: '  Ada Lovelace ', channels: ['email']})).body).toMatchObject({
    name: 'Ada Lovelace',
    time_zone: 'Asia/Tokyo',
    channels: ['email'],
  })
  expect(await api.sql('select name, time_zone from auth."user" where id = $1', [ada.userId])).toEqual([
    {name: 'Ada Lovelace', time_zone: 'Asia/Tokyo'},
  ])
  expect(await get(bob)).toMatchObject({name: 'bob', time_zone: 'Europe/Berlin'})
})

test.each([
  ['nothing', {}],
  ['an unknown field', {email: 'other@example.com'}],
  ['the id of another', {user_id: '018f0000-0000-7000-8000-000000000001', name: 'x'}],
  ['no zone', {time_zone: 'Berlin'}],
  ['an offset', {time_zone: '+01:00'}],
  ['a zone with SQL', {time_zone: "UTC'; drop table todo.profiles; --"}],
  ['no channel', {channels: []}],
  ['an unknown channel', {channels: ['pigeon']}],
  ['an empty name', {name: '   '}],
  ['a name with a line break', {name: 'a\nb'}],
  ['a long name', {name: 'x'.repeat(201)}],
  ['a number', {name: 5}],
  ['no object', []],
])('%s is refused', async (_name, json) => {
  const before = await get(ada)
  expect(await patch(ada, json)).toMatchObject({
    status: 422,
    body: {code: 'invalid_request', errors: expect.any(Array)},
  })
  expect(await get(ada)).toEqual(before)
})

test('a profile whose account has just gone is no empty answer', async () => {
  const gone = await api.signUp('gone')
  await get(gone)
  await api.sql(`delete from auth."user" where id = $1`, [gone.userId])
  expect(await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': gone.apiKey}})).toMatchObject({
    status: 401,
    body: {code: 'account_gone'},
  })
})
