import {readdir, stat} from 'node:fs/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {keepPassword} from './password.ts'
import {TempRoot} from './testing/temp-cluster.ts'

let root: TempRoot
beforeAll(async () => {
  root = await TempRoot.create()
})
afterAll(async () => await root.dispose())

test('ten at once agree on one random password, in a file for its owner only', async () => {
  const file = root.join('secrets', 'postgres-password')
  const passwords = await Promise.all(Array.from({length: 10}, async () => await keepPassword(file)))
  expect(new Set(passwords).size).toBe(1)
  expect(passwords[0]).toMatch(/^[\w-]{32}$/)
  expect(await keepPassword(file)).toBe(passwords[0])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(root.join('secrets'))).toEqual(['postgres-password'])
  expect(await keepPassword(root.join('other'))).not.toBe(passwords[0])
})
