import {expect, test} from 'vitest'
import {SECRET, startChatApi} from '../chat-api/testing/start-chat-api.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {run} from './operator-key.ts'

const stop = new AbortController().signal

test('the operator is made once, and each call ends the key of the one before', async () => {
  const api = await startChatApi()
  try {
    const environment = {
      DATABASE_URL: serviceUrl(api.proxy.url, 'chat'),
      BETTER_AUTH_SECRET: SECRET,
      PUBLIC_URL: 'http://127.0.0.1:8636',
    }
    const keys: string[] = []
    for (const _ of [1, 2]) await run({environment, stop, print: async (text) => void keys.push(text.trim())})
    const who = async (key: string) => await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': key}})
    expect((await who(keys[0]!)).status).toBe(401)
    expect((await who(keys[1]!)).body).toMatchObject({email: 'you@localhost', role: 'operator'})
  } finally {
    await api.stop()
  }
})

test('what is missing is said by name', async () => {
  const printed: string[] = []
  const print = async (text: string) => void printed.push(text)
  await expect(run({environment: {DATABASE_URL: 'postgres://u:hidden@h/d'}, stop, print})).rejects.toMatchObject({
    faults: [{field: 'BETTER_AUTH_SECRET'}, {field: 'PUBLIC_URL'}],
  })
  expect(printed).toEqual([])
})
