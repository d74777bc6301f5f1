import {PassThrough} from 'node:stream'
import {text} from 'node:stream/consumers'
import {beforeEach, expect, test} from 'vitest'
import {type LineReader, openLineReader} from './line-reader.ts'

let input: PassThrough
let output: PassThrough
let reader: LineReader
beforeEach(() => {
  input = new PassThrough()
  output = new PassThrough()
  reader = openLineReader(input, output)
})
const UP = '\u001B[A'
/** The next line after these keys. */
async function typed(keys: string) {
  const read = reader.read('> ')
  input.write(keys)
  return await read
}

test('lines, with those of before on the arrow keys', async () => {
  expect(await typed('buy milk\r')).toEqual({kind: 'line', text: 'buy milk'})
  expect(await typed('list\r')).toEqual({kind: 'line', text: 'list'})
  expect(await typed(`${UP}${UP}\r`)).toEqual({kind: 'line', text: 'buy milk'})
  expect(await typed(`${UP}s\r`)).toEqual({kind: 'line', text: 'buy milks'})
})

test('what is pasted comes line by line, its beginning waits to be finished', async () => {
  expect(await typed('one\rtwo\rthr')).toEqual({kind: 'line', text: 'one'})
  expect(await reader.read('> ')).toEqual({kind: 'line', text: 'two'})
  expect(await typed('ee\r')).toEqual({kind: 'line', text: 'three'})
})

test('Ctrl-C empties a line, on an empty one it is told; Ctrl-D and a terminal that is gone end', async () => {
  const read = typed('half\u0003')
  input.write('whole\r')
  expect(await read).toEqual({kind: 'line', text: 'whole'})
  expect(await typed('\u0003')).toEqual({kind: 'interrupt'})
  expect(await typed('\u0004')).toEqual({kind: 'end'})
  const gone = reader.read('> ')
  input.end()
  expect(await gone).toEqual({kind: 'end'})
  output.end()
  expect(await text(output)).toContain('half')
})

test('Ctrl-C stops what runs, and nobody listens for it afterwards', async () => {
  const before = process.listenerCount('SIGINT')
  const stopped = reader.stoppable(async (signal) => {
    process.emit('SIGINT')
    signal.throwIfAborted()
  })
  await expect(stopped).rejects.toMatchObject({code: 'interrupted', exit: 130})
  expect(process.listenerCount('SIGINT')).toBe(before)
})
