import {chmod, mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {blockedFolder, parseAccounts, serverAccount} from './account.ts'
import {TempRoot} from './testing/temp-cluster.ts'

let root: TempRoot
beforeAll(async () => {
  root = await TempRoot.create()
})
afterAll(async () => await root.dispose())

test('reads what a passwd file may hold', () => {
  expect(
    parseAccounts('# a comment\nroot:x:0:0:root:/root:/bin/sh\nnobody:*:-2:-2::/:/usr/bin/false\n+nis::::::\nbroken\n'),
  ).toEqual([
    {name: 'root', uid: 0, gid: 0},
    {name: 'nobody', uid: -2, gid: -2},
  ])
})

test('names the folder that keeps an account out', async () => {
  const stranger = {name: 'stranger', uid: 54_321, gid: 54_321}
  const inner = root.join('open', 'closed', 'inner')
  await mkdir(inner, {recursive: true})
  await chmod(dirname(inner), 0o700)
  expect(await blockedFolder(inner, stranger)).toBe(root.join('open', 'closed'))
  expect(await blockedFolder(root.join('open'), stranger)).toBeUndefined()
  expect(await blockedFolder(inner, {...stranger, uid: process.getuid!()})).toBeUndefined()
})

test('is never root, and nobody but root needs another account', async () => {
  const account = await serverAccount(root.join('none'))
  expect(account === undefined).toBe(process.getuid!() !== 0)
  expect(account?.uid).not.toBe(0)
})
