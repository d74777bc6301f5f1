import {expect, test} from 'vitest'
import {type ReadOptions, readEnvironment, variable} from './environment.ts'

const files: Readonly<Record<string, string>> = {'/run/secret': 'from a file\n', '/run/two': 'one\ntwo\n\n'}

const read = async (
  shape: Parameters<typeof readEnvironment>[0],
  environment: Record<string, string>,
  options: Partial<ReadOptions> = {},
): Promise<Record<string, unknown>> =>
  readEnvironment(shape, environment, {
    readFile: async (path) => {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(path), {code: 'ENOENT'})
      return text
    },
    ...options,
  })

test('a value comes from the variable, else from the file, else from the secrets', async () => {
  const shape = {A: variable.text(), B: variable.text(), C: variable.text(), D: variable.text().optional()}
  const secrets = {A: 'unused', C: 'from the store', X: 'not asked for'}
  expect(await read(shape, {A: 'plain', B_FILE: '/run/secret', OTHER: 'x'}, {secrets})).toEqual({
    A: 'plain',
    B: 'from a file',
    C: 'from the store',
  })
})

test('only the last line end of a file is not part of the value', async () => {
  expect(await read({A: variable.text()}, {A_FILE: '/run/two'})).toEqual({A: 'one\ntwo\n'})
})

test('all faults are told at once, without the values', async () => {
  const shape = {
    PORT: variable.port(),
    URL: variable.url('postgres:'),
    KEY: variable.secret(16),
    BOTH: variable.text(),
    LOST: variable.text(),
    NOWHERE: variable.text(),
  }
  const environment = {
    PORT: '0x50',
    URL: 'mysql://user:hunter2@host/db',
    KEY: 'hunter2',
    BOTH: 'a',
    BOTH_FILE: '/run/secret',
    LOST_FILE: '/nowhere',
  }
  const error = await read(shape, environment).catch((thrown: unknown) => thrown as Error & {faults: {field: string}[]})
  expect(error).toMatchObject({code: 'invalid_configuration'})
  expect((error as {faults: {field: string}[]}).faults.map(({field}) => field).toSorted()).toEqual([
    'BOTH',
    'KEY',
    'LOST',
    'NOWHERE',
    'PORT',
    'URL',
  ])
  expect((error as Error).message).not.toContain('hunter2')
})

test('what a store may still bring is not missing yet, but wrong is wrong', async () => {
  const shape = {A: variable.secret(8), B: variable.text()}
  expect(await read(shape, {B: 'b'}, {mayFollow: ['A']})).toEqual({B: 'b'})
  await expect(read(shape, {A: 'short', B: 'b'}, {mayFollow: ['A']})).rejects.toThrow('A must be')
  await expect(read(shape, {}, {mayFollow: ['A']})).rejects.toThrow('B is not set.')
})

test.each([
  ['port', variable.port(), ['1', '65535'], ['0', '65536', '-1', '1.5', '', ' 80', '1e3']],
  ['origin', variable.origin(), ['https://a.example', 'http://127.0.0.1:80/'], ['https://a.example/x', 'a', 'ftp://a']],
  ['fraction', variable.fraction(), ['0', '1', '0.25', '.5'], ['2', '-0', '1.5', 'x', '']],
  ['yes or no', variable.yesOrNo(), ['true', 'false'], ['yes', '1', 'TRUE', '']],
  ['text', variable.text(), ['a'], ['']],
  ['sender', variable.sender(), ['a@b.example', 'todo5 <a@b.example>'], ['a', 'x y', 'a <b>', 'a@b\r\nBcc: c@d', '']],
])('%s: what is taken and what is not', async (_name, kind, good, bad) => {
  for (const value of good) expect(await read({A: kind}, {A: value}), value).toHaveProperty('A')
  for (const value of bad) await expect(read({A: kind}, {A: value}), value).rejects.toThrow(/^A /u)
})

test('values are turned into what they mean', async () => {
  const shape = {
    PORT: variable.port(),
    ORIGIN: variable.origin(),
    LIST: variable.list(),
    FROM: variable.sender(),
    PLAIN: variable.sender(),
  }
  const environment = {
    PORT: '8080',
    ORIGIN: 'https://todo.example.org/',
    LIST: 'a, b,,c ',
    FROM: 'My tasks <tasks@example.org>',
    PLAIN: 'tasks@example.org',
  }
  expect(await read(shape, environment)).toEqual({
    PORT: 8080,
    ORIGIN: 'https://todo.example.org',
    LIST: ['a', 'b', 'c'],
    FROM: {name: 'My tasks', address: 'tasks@example.org'},
    PLAIN: {name: 'todo5', address: 'tasks@example.org'},
  })
})
