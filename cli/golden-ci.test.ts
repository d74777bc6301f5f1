import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {runCli} from './testing/run-cli.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-ci-'))
})
afterEach(async () => await rm(home, {recursive: true, force: true}))
const ci = async (...more: string[]) => await runCli(['ci', 'init', '--out', home, ...more], {home, tty: 80})

test('says what it writes, what is there, and what would be written', async () => {
  expect((await ci('--dry-run')).stdout).toContain('write .github/workflows/deploy-staging.yml')
  const written = await ci()
  expect([written.code, written.stdout]).toEqual([
    0,
    '.github/workflows/deploy-staging.yml  written\n.github/workflows/deploy-production.yml  written\n',
  ])
  expect(written.stderr).toContain('docs/cloud.md')
  expect((await ci()).stdout).toContain('deploy-staging.yml  is there')
  expect(JSON.parse((await ci('--json')).stdout)).toMatchObject({
    files: [{path: '.github/workflows/deploy-staging.yml', state: 'same'}, {state: 'same'}],
  })
  expect(JSON.parse((await ci('--dry-run', '--json')).stdout)).toMatchObject({dry_run: true})
})

test('a workflow that is different stays, unless it is to be replaced', async () => {
  await ci()
  const file = join(home, '.github/workflows/deploy-staging.yml')
  await writeFile(file, 'name: mine\n')
  const refused = await ci()
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain('.github/workflows/deploy-staging.yml is there, and different.')
  expect(await readFile(file, 'utf8')).toBe('name: mine\n')
  expect((await ci('--force')).stdout).toContain('deploy-staging.yml  replaced')
})
