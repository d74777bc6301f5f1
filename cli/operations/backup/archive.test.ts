import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {create} from 'tar'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {packBackup, unpackBackup} from './archive.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'))
  await mkdir(join(folder, 'in'))
  await mkdir(join(folder, 'out'))
  await writeFile(join(folder, 'in', 'todo.tasks.copy'), '1\tPay rent\n')
  await writeFile(join(folder, 'in', 'auth-secret'), 'secret')
})
afterEach(async () => await rm(folder, {recursive: true, force: true}))

const FACTS = {
  format: 1 as const,
  todo5_version: '1.0.0',
  target: 'local' as const,
  taken_at: '2026-11-22T12:00:00.000Z',
  postgres_version: '18.4',
  migrations: ['001'],
  tasks: 1,
  accounts: 1,
  tables: [{table: 'todo.tasks', columns: ['id', 'title'], rows: 1, file: 'todo.tasks.copy'}],
  sequences: [],
}
const pack = async (): Promise<string> => {
  const file = join(folder, 'b.tar.gz')
  await packBackup(join(folder, 'in'), FACTS, file)
  return file
}
const unpack = async (file: string) => await unpackBackup(file, join(folder, 'out'))

test('what was packed comes out again, for its owner alone', async () => {
  const file = await pack()
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await unpack(file)).toMatchObject({...FACTS, files: {'auth-secret': {bytes: 6}}})
  expect(await readFile(join(folder, 'out', 'todo.tasks.copy'), 'utf8')).toBe('1\tPay rent\n')
  expect((await stat(join(folder, 'out', 'auth-secret'))).mode & 0o777).toBe(0o600)
})

test('one that was cut off is damaged', async () => {
  const file = await pack()
  const bytes = await readFile(file)
  await writeFile(file, bytes.subarray(0, bytes.length - 40))
  await expect(unpack(file)).rejects.toMatchObject({code: 'backup_damaged', exit: 4})
})

test('something else is no backup, and none of it is written where it says', async () => {
  await writeFile(join(folder, 'text'), '{"name": "x"}')
  await expect(unpack(join(folder, 'text'))).rejects.toMatchObject({code: 'not_a_backup', exit: 2})
  await expect(unpack(folder)).rejects.toMatchObject({code: 'not_a_backup'})
  await expect(unpack(join(folder, 'none'))).rejects.toMatchObject({code: 'no_such_file', exit: 3})
  await mkdir(join(folder, 'x', 'y'), {recursive: true})
  await writeFile(join(folder, 'x', 'evil'), 'evil')
  const evil = join(folder, 'evil.tar.gz')
  await create({cwd: join(folder, 'x', 'y'), file: evil, gzip: true, preservePaths: true}, ['../evil'])
  await expect(unpack(evil)).rejects.toMatchObject({code: 'not_a_backup'})
  expect(await readdir(join(folder, 'out'))).toEqual([])
})

test('a file that the manifest does not know, or another content, is refused', async () => {
  const file = await pack()
  await unpack(file)
  await writeFile(join(folder, 'out', 'auth-secret'), 'SECRET')
  const names = await readdir(join(folder, 'out'))
  const changed = join(folder, 'changed.tar.gz')
  await create({cwd: join(folder, 'out'), file: changed, gzip: true}, names)
  await mkdir(join(folder, 'again'))
  await expect(unpackBackup(changed, join(folder, 'again'))).rejects.toMatchObject({
    code: 'backup_damaged',
    message: `${changed} is damaged: auth-secret is not as it was written.`,
  })
})
