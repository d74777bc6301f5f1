import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {packagePath} from '../../../services/package-root.ts'
import {initCi, planCi} from './init-ci.ts'

const source = packagePath('.github', 'workflows')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-ci-'))
})
afterEach(async () => await rm(folder, {recursive: true}))
const states = async (): Promise<string[]> => (await planCi({source, folder})).map(({state}) => state)

test('writes what deploys, called by npx, and nothing the second time', async () => {
  expect(await states()).toEqual(['new', 'new'])
  const files = await initCi({source, folder, force: false})
  expect(files.map(({path}) => path)).toEqual([
    '.github/workflows/deploy-staging.yml',
    '.github/workflows/deploy-production.yml',
  ])
  const text = await readFile(join(folder, files[0]!.path), 'utf8')
  expect(text).toContain('npx --no todo5 deploy "$TARGET" --env staging --settings .settings --yes')
  expect(text).not.toContain('bin/run.js')
  expect(await states()).toEqual(['same', 'same'])
})

test('leaves a workflow that is different alone, and writes none of the others either, unless told to', async () => {
  await initCi({source, folder, force: false})
  const mine = join(folder, '.github/workflows/deploy-staging.yml')
  await writeFile(mine, 'name: mine\n')
  await rm(join(folder, '.github/workflows/deploy-production.yml'))
  await expect(initCi({source, folder, force: false})).rejects.toMatchObject({code: 'file_differs', exit: 4})
  expect(await readFile(mine, 'utf8')).toBe('name: mine\n')
  expect(await states()).toEqual(['changed', 'new'])
  await initCi({source, folder, force: true})
  expect(await states()).toEqual(['same', 'same'])
})
