import {randomBytes} from 'node:crypto'
import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {download, downloadText} from './download.ts'
import {ReleaseUnavailable} from './release-unavailable.ts'
import {ReleaseServer} from './testing/release-server.ts'

const PATH = '/big.tgz'
const CONTENT = randomBytes(400_000)

let server: ReleaseServer
let folder: string
let file: string
beforeEach(async () => {
  server = await ReleaseServer.start()
  server.put(PATH, CONTENT)
  folder = await mkdtemp(join(tmpdir(), 'todo5-download-'))
  file = join(folder, 'deep', 'big.tgz')
})
afterEach(async () => {
  await server.stop()
  await rm(folder, {recursive: true, force: true})
})

const {signal} = new AbortController()
const get = async (options = {}): Promise<void> =>
  await download(`${server.url}${PATH}`, file, {signal, pauseMs: 5, ...options})
const isWhole = async (): Promise<boolean> => CONTENT.equals(await readFile(file))

test('a file, with how much of it is there', async () => {
  const seen: [number, number | undefined][] = []
  await get({onProgress: (done: number, total: number | undefined) => seen.push([done, total])})
  expect(await isWhole()).toBe(true)
  expect(seen.at(-1)).toEqual([400_000, 400_000])
  expect(server.requests).toEqual([`GET ${PATH}`])
})

test('a connection that is cut is taken up where it ended, however often', async () => {
  server.trouble(PATH, ...Array.from({length: 8}, () => ({stallAfter: 40_000})))
  await get({onProgress: () => server.requests.length <= 8 && server.cut()})
  expect(await isWhole()).toBe(true)
  const [first, ...others] = server.gets(PATH)
  expect(first).toBe(`GET ${PATH}`)
  expect(others).toHaveLength(8)
  for (const line of others) expect(line).toMatch(/ from [1-9]\d+$/u)
})

test('what an earlier process left is gone on with', async () => {
  await get()
  await writeFile(file, CONTENT.subarray(0, 123_456))
  await get()
  expect(await isWhole()).toBe(true)
  expect(server.requests.at(-1)).toBe(`GET ${PATH} from 123456`)
})

test('a server that knows no ranges sends all again', async () => {
  server.trouble(PATH, {stallAfter: 100_000}, {noRanges: true})
  await get({onProgress: () => server.requests.length === 1 && server.cut()})
  expect(await isWhole()).toBe(true)
})

test('all there already; or more than there is', async () => {
  await get()
  await get()
  expect(await isWhole()).toBe(true)
  await writeFile(file, Buffer.concat([CONTENT, CONTENT]))
  await get()
  expect(await isWhole()).toBe(true)
})

test('404 and 403 are answers; nothing is asked twice', async () => {
  for (const status of [404, 403]) {
    server.trouble(PATH, {status})
    const error = await get().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ReleaseUnavailable)
    expect(error).toMatchObject({message: `${server.url}${PATH} answered with HTTP ${status}`, gone: status === 404})
  }
  expect(server.requests).toHaveLength(2)
})

test('5xx is tried again, and given up after a while', async () => {
  server.trouble(PATH, {status: 503}, {status: 500})
  await get()
  expect(await isWhole()).toBe(true)
  await rm(file)
  server.trouble(PATH, ...Array.from({length: 9}, () => ({status: 502})))
  await expect(get()).rejects.toThrow(/cannot be reached \(HTTP 502\)/u)
  server.trouble(PATH, {status: 500})
  expect(await downloadText(`${server.url}${PATH}`, {signal, pauseMs: 5})).not.toBe('')
})

test('a connection on which nothing comes any more is given up, and taken up', async () => {
  server.trouble(PATH, {stallAfter: 50_000})
  await get({stallMs: 1000})
  expect(await isWhole()).toBe(true)
})

test('nobody there: said at once, with the host', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const {port} = closed.address() as {port: number}
  await new Promise((resolve) => closed.close(resolve))
  const url = `http://127.0.0.1:${port}/x`
  const text = `127.0.0.1:${port} cannot be reached (ECONNREFUSED)`
  await expect(download(url, file, {signal, pauseMs: 60_000})).rejects.toThrow(text)
  await expect(downloadText(url, {signal, pauseMs: 60_000})).rejects.toThrow(text)
})

test('interrupted, it ends at once and what came stays', async () => {
  server.trouble(PATH, {stallAfter: 50_000})
  const controller = new AbortController()
  const stop = new Error('stop')
  const onProgress = (done: number): void => {
    if (done >= 50_000) controller.abort(stop)
  }
  await expect(get({signal: controller.signal, onProgress})).rejects.toBe(stop)
  expect((await stat(file)).size).toBeLessThanOrEqual(50_000)
  await get()
  expect(await isWhole()).toBe(true)
})
