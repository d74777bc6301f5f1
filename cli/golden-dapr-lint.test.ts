import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {runCli, transcript} from './testing/run-cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-lint-'))
  await writeFile(
    join(folder, 'pubsub.yaml'),
    `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: events
spec:
  type: pubsub.kafka
  version: v1
  metadata:
    - {name: brokers, value: kafka:9092}
    - {name: authType, value: none}
    - {name: initialOfset, value: oldest}
`,
  )
  await writeFile(join(folder, 'notes.txt'), 'kind: Nothing')
})
afterAll(async () => rm(folder, {recursive: true}))

const lint = async (...args: string[]) =>
  transcript(await runCli(['dapr', 'lint', ...args])).replaceAll(folder, 'FOLDER')

test('says where, what, and what to do', async () => {
  expect(await lint(folder)).toMatchInlineSnapshot(`
    "FOLDER/pubsub.yaml:8:3  error  initialOffset is newest when it is left out: a new consumer group misses what was published before it came.  initial-offset
        Add initialOffset: oldest. Only a group of its own per process, {podName} or {uuid}, may want newest.
    FOLDER/pubsub.yaml:11:8  error  pubsub.kafka does not read initialOfset.  field-unknown
        Did you mean initialOffset? Dapr ignores what it does not know.
    | 1 resource in 1 file: 2 errors, 0 warnings
    (exit 4)"
  `)
})

test('for programs', async () => {
  const {code, stdout} = await runCli(['dapr', 'lint', folder, '--ignore', 'initial-offset', '--json'])
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toEqual({
    files: 1,
    resources: 1,
    errors: 1,
    warnings: 0,
    findings: [
      {
        file: join(folder, 'pubsub.yaml'),
        line: 11,
        column: 8,
        severity: 'error',
        rule: 'field-unknown',
        message: 'pubsub.kafka does not read initialOfset.',
        hint: 'Did you mean initialOffset? Dapr ignores what it does not know.',
      },
    ],
  })
})

test('what todo5 renders, a path that is not there, a flag that is none', async () => {
  expect(await lint()).toMatchInlineSnapshot(`
    "✔ 12 resources in 12 files: nothing found
    (exit 0)"
  `)
  expect(await lint('--target', 'gke')).toMatchInlineSnapshot(`
    "✔ 12 resources in 12 files: nothing found
    (exit 0)"
  `)
  expect(await lint(join(folder, 'nowhere'))).toMatchInlineSnapshot(`
    "| Error: There is no FOLDER/nowhere.  [file_not_found, exit 3]
    | Try:   Give a file or a folder with Dapr resources.
    (exit 3)"
  `)
  expect(await lint('--targt', 'host')).toMatchInlineSnapshot(`
    "| Error: --targt is no flag of todo5 dapr lint.  [unknown_flag, exit 2]
    | Try:   did you mean --target?
    |        todo5 dapr lint --help
    (exit 2)"
  `)
})

test('nothing to look at is no success', async () => {
  const empty = join(folder, 'empty')
  await mkdir(empty)
  await writeFile(join(empty, 'README.md'), '# nothing')
  expect(await lint(empty)).toMatchInlineSnapshot(`
    "| Error: There is no .yaml or .yml file.  [no_resources, exit 3]
    | Try:   todo5 dapr lint FOLDER…        files and folders with Dapr resources
    (exit 3)"
  `)
  await writeFile(join(empty, 'service.yml'), 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\n')
  expect(await lint(empty)).toMatchInlineSnapshot(`
    "| Error: No Dapr resource is in FOLDER/empty/service.yml.  [no_resources, exit 3]
    | Try:   todo5 dapr lint FOLDER…        files and folders with Dapr resources
    (exit 3)"
  `)
  await rm(empty, {recursive: true})
})

test('folders below, and links to files, as a mounted ConfigMap has them', async () => {
  const mounted = join(folder, 'mounted')
  await mkdir(join(mounted, '..data'), {recursive: true})
  await writeFile(join(mounted, 'real.txt'), 'apiVersion: dapr.io/v1alpha1\nkind: Componnt\nmetadata: {name: x}\n')
  await symlink('../real.txt', join(mounted, '..data', 'component.yaml'))
  await symlink('..data', join(mounted, 'folder.yaml'))
  expect(await lint(mounted)).toMatchInlineSnapshot(`
    "FOLDER/mounted/..data/component.yaml:2:1  error  Componnt is no kind of Dapr resource.  kind
        Did you mean Component?
    | 1 resource in 1 file: 1 error, 0 warnings
    (exit 4)"
  `)
  await rm(mounted, {recursive: true})
})
