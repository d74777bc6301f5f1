import {execa} from 'execa'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {REPOSITORY, temporaryFolder} from './run.ts'

/** Not among our dependencies: 70 packages, for one test. */
const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0'

let folder: {path: string; remove(): Promise<void>}
let env: Record<string, string>
beforeAll(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder.path, 'inspector'))
  await execa('npm', [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--prefix',
    join(folder.path, 'inspector'),
    INSPECTOR,
  ])
  env = {TODO5_HOME: join(folder.path, 'todo5'), HOME: folder.path, TZ: 'Europe/Berlin'}
})
afterAll(async () => folder.remove())

const todo5 = async (...words: string[]): Promise<string> =>
  (await execa(process.execPath, [join(REPOSITORY, 'bin/run.js'), ...words], {env})).stdout

interface Answered {
  readonly isError?: boolean
  readonly content: {text: string}[]
  readonly structuredContent?: any // eslint-disable-line typescript/no-explicit-any -- the tests look into it
}

test('the command line of MCP Inspector finds the tools and calls them with a token, and looks only with one that may look only', async () => {
  const {api_url: apiUrl} = JSON.parse(await todo5('up', '--json')) as {api_url: string}
  try {
    const server = async (scopes: readonly string[]) => {
      const token = await todo5('token', 'create', ...scopes.flatMap((scope) => ['--scope', scope]))
      const headers = {authorization: `Bearer ${token}`}
      return {type: 'streamable-http', url: `${new URL(apiUrl).origin}/mcp`, headers}
    }
    // In a file: arguments stand in the list of processes.
    const config = join(folder.path, 'servers.json')
    const mcpServers = {all: await server(['tasks:read', 'tasks:write']), look: await server(['tasks:read'])}
    await writeFile(config, JSON.stringify({mcpServers}), {mode: 0o600})
    const ask = async (name: string, method: string, ...words: string[]) => {
      const program = join(
        folder.path,
        'inspector/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
      )
      const line = [program, '--cli', '--config', config, '--server', name, '--method', method, ...words]
      const quiet = {...env, MCP_INSPECTOR_SECRET_STORE: 'memory'}
      return await execa(process.execPath, line, {env: quiet, reject: false, timeout: 120_000})
    }
    const call = async (tool: string, ...words: string[]): Promise<Answered> => {
      const pairs = words.flatMap((word) => ['--tool-arg', word])
      return JSON.parse((await ask('all', 'tools/call', '--tool-name', tool, ...pairs)).stdout)
    }

    const {stdout, stderr} = await ask('all', 'tools/list')
    expect(stderr).toContain('Schema portability: 0 errors')
    const {tools} = JSON.parse(stdout) as {tools: {name: string}[]}
    expect(tools.map(({name}) => name)).toEqual(expect.arrayContaining(['add_task', 'complete_task', 'undo']))
    const added = await call('add_task', 'sentence=feed the cat every day at 9am')
    expect(added.content[0]!.text).toContain('every day at 09:00')
    const {id} = added.structuredContent.task
    expect((await call('complete_task', `id=${id}`)).structuredContent).toMatchObject({
      completed: {id},
      next: {title: 'feed the cat'},
    })
    expect(await call('get_task', 'id=999999999')).toMatchObject({isError: true})

    const looked = await ask('look', 'tools/call', '--tool-name', 'list_tasks')
    expect(JSON.parse(looked.stdout)).toMatchObject({structuredContent: {tasks: [{title: 'feed the cat'}]}})
    const refused = await ask('look', 'tools/call', '--tool-name', 'add_task', '--tool-arg', 'title=not this one')
    expect(refused.exitCode).not.toBe(0)
    expect(await todo5('task', 'list')).not.toContain('not this one')
  } finally {
    await todo5('down')
  }
})
