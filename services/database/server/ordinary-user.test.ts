import {execFile} from 'node:child_process'
import {chmod, chown, lstat, mkdir, readFile, rm} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {type Account, parseAccounts} from './account.ts'
import {platformPackageName} from './binaries.ts'
import {TempRoot} from './testing/temp-cluster.ts'

const run = promisify(execFile)

let root: TempRoot
let user: Account | undefined
let packageRoot: string
let dataRoot: string

// As npm leaves it when no install script may run: without a single link.
beforeEach(async () => {
  root = await TempRoot.create()
  const accounts = process.getuid?.() === 0 ? parseAccounts(await readFile('/etc/passwd', 'utf8')) : []
  user = accounts.find(({name}) => name === 'nobody')
  packageRoot = root.join('package')
  dataRoot = root.join('state')
  const installed = dirname(dirname(createRequire(import.meta.url).resolve(platformPackageName())))
  await run('cp', ['-a', installed, packageRoot])
  await run('find', [packageRoot, '-type', 'l', '-delete'])
  await mkdir(dataRoot, {mode: 0o700})
  if (user) await chown(dataRoot, user.uid, user.gid)
})
afterEach(async () => {
  await run('chmod', ['-R', 'u+w', packageRoot]) // or the folders could not be emptied
  await root.dispose()
})

async function wholeLife(umask = 0o022): Promise<unknown> {
  const script = join(import.meta.dirname, 'testing', 'as-ordinary-user.ts')
  const options = {dataRoot, packageRoot, uid: user?.uid, gid: user?.gid, umask}
  const {stdout} = await run(process.execPath, [script, JSON.stringify(options)])
  return JSON.parse(stdout)
}

test('an ordinary user whose node_modules is writable: the links are made there', async () => {
  if (user) await run('chown', ['-R', `${user.uid}:${user.gid}`, packageRoot])
  expect(await wholeLife()).toEqual({
    uid: user?.uid ?? process.getuid?.(),
    binDir: join(packageRoot, 'native', 'bin'),
    rows: [{n: 1}, {n: 2}],
    alive: false,
  })
  const links = JSON.parse(await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string
  }[]
  for (const {target} of links) expect((await lstat(join(packageRoot, target))).isSymbolicLink()).toBe(true)
})

test('an ordinary user whose node_modules is read-only: a copy in the state folder', async () => {
  if (!user) await run('chmod', ['-R', 'a-w', packageRoot])
  const {version} = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {version: string}
  expect(await wholeLife()).toMatchObject({
    binDir: join(dataRoot, 'postgresql', version, 'bin'),
    rows: [{n: 1}, {n: 2}],
    alive: false,
  })
})

test.runIf(process.getuid?.() === 0)(
  'root whose node_modules nobody else can enter: a copy, run as another user',
  async () => {
    const closed = root.join('closed')
    await mkdir(closed)
    await run('mv', [packageRoot, closed])
    await chmod(closed, 0o700)
    packageRoot = join(closed, 'package')
    user = undefined
    // as /var/lib/todo5 is
    await chown(dataRoot, 0, 0)
    await chmod(dataRoot, 0o711)
    const {version} = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {version: string}
    expect(await wholeLife()).toEqual({
      uid: 0,
      binDir: join(dataRoot, 'postgresql', version, 'bin'),
      rows: [{n: 1}, {n: 2}],
      alive: false,
    })
    expect((await lstat(join(dataRoot, 'data'))).uid).not.toBe(0)
  },
)

test.runIf(process.getuid?.() === 0)(
  'root with a state folder that the account cannot enter is told which',
  async () => {
    user = undefined
    await chown(dataRoot, 0, 0)
    await chmod(dataRoot, 0o700)
    await expect(wholeLife()).rejects.toThrow(`which may not enter ${dataRoot}.`)
  },
)

test.runIf(process.getuid?.() === 0)('root with umask 077, who installed with it too', async () => {
  user = undefined
  await run('chmod', ['-R', 'go=', packageRoot])
  await rm(dataRoot, {recursive: true})
  dataRoot = root.join('new', 'state')
  expect(await wholeLife(0o077)).toMatchObject({uid: 0, rows: [{n: 1}, {n: 2}], alive: false})
})
