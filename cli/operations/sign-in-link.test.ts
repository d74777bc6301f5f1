import {expect, test} from 'vitest'
import type {HttpClient, OpenHttp} from '../client/http-client.ts'
import {appAddress} from './sign-in-link.ts'

const asked: string[] = []
const http: OpenHttp = async () =>
  ({
    call: async ({path}: {path: string}) => {
      asked.push(path)
      return {url: 'http://127.0.0.1:8636/sign-in#link=token', expires_at: '2026-12-01T09:00:00Z'}
    },
    close: () => undefined,
  }) as unknown as HttpClient
const at = (name: string) => ({
  name,
  apiUrl: 'http://127.0.0.1:8636/api/v1',
  apiKey: 'key',
  whenAway: [],
  whenRefused: [],
})

test('on this machine the link signs in and then leads to the page; what signs in stays behind the #', async () => {
  expect(await appAddress(at('local'), http)).toBe('http://127.0.0.1:8636/sign-in#link=token')
  expect(await appAddress(at('host'), http, '/status')).toBe('http://127.0.0.1:8636/sign-in?to=%2Fstatus#link=token')
  expect(asked).toEqual(['/operator/sign-in-link', '/operator/sign-in-link'])
})

test('elsewhere it is the page, and nothing is asked for', async () => {
  const before = asked.length
  const there = {...at('work'), apiUrl: 'https://todo.example/api/v1'}
  expect(await appAddress(there, http)).toBe('https://todo.example/')
  expect(await appAddress(there, http, '/status')).toBe('https://todo.example/status')
  expect(asked).toHaveLength(before)
})
