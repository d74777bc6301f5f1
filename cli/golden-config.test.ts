import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {runCli, type RunOptions, transcript} from './testing/run-cli.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-config-'))
  await mkdir(join(home, 'config'))
  await mkdir(join(home, 'project', 'deep'), {recursive: true})
})
afterEach(async () => await rm(home, {recursive: true, force: true}))

const user = async (value: unknown): Promise<void> =>
  await writeFile(join(home, 'config', 'config.json'), typeof value === 'string' ? value : JSON.stringify(value))
const project = async (value: unknown): Promise<void> =>
  await writeFile(join(home, 'project', '.todo5.json'), JSON.stringify(value))
const deep = (): string => join(home, 'project', 'deep')
const cli = async (line: readonly string[], options: RunOptions = {}) => await runCli(line, {home, ...options})
const shown = async (line: readonly string[], options: RunOptions = {}): Promise<string> =>
  transcript(await cli(line, options)).replaceAll(home, 'HOME')

test('flag, environment, project, user, default: the first that is set decides', async () => {
  await user({color: 'always', time_zone: 'Europe/Paris', layout: 'lines'})
  await project({time_zone: 'Asia/Tokyo', symbols: 'ascii'})
  const env = {NO_COLOR: '', TODO5_ACCESSIBLE: ''}
  expect(await shown(['config', 'list'], {folder: deep(), env: {...env, TODO5_ACCESSIBLE: '1'}}))
    .toMatchInlineSnapshot(`
      "setting: context
      value: -
      from: default: the todo5 that runs here

      setting: time_zone
      value: Asia/Tokyo
      from: HOME/project/.todo5.json

      setting: color
      value: always
      from: HOME/config/config.json

      setting: symbols
      value: ascii
      from: HOME/project/.todo5.json

      setting: layout
      value: lines
      from: TODO5_ACCESSIBLE

      setting: pager
      value: -
      from: default: PAGER, or less -FRX

      setting: offline_ok
      value: -
      from: default: no
      (exit 0)"
    `)
  await user({time_zone: 'Europe/Paris'})
  expect(await shown(['config', 'list'], {folder: deep(), env})).toMatchInlineSnapshot(`
    "SETTING     VALUE       FROM
    context     -           default: the todo5 that runs here
    time_zone   Asia/Tokyo  HOME/project/.todo5.json
    color       -           default: auto
    symbols     ascii       HOME/project/.todo5.json
    layout      -           default: table
    pager       -           default: PAGER, or less -FRX
    offline_ok  -           default: no
    (exit 0)"
  `)
  const zone = async (line: readonly string[], folder: string): Promise<unknown> =>
    (
      JSON.parse((await cli(['recurrence', 'preview', 'daily at 9', '--json', ...line], {folder})).stdout) as {
        time_zone: unknown
      }
    ).time_zone
  expect(await zone([], deep())).toBe('Asia/Tokyo')
  expect(await zone([], home)).toBe('Europe/Paris')
  expect(await zone(['--tz', 'America/Lima'], deep())).toBe('America/Lima')
  await user({})
  expect(await zone([], home)).toBe('Europe/Berlin')
})

test('colour and symbols as they are set, unless the environment says otherwise', async () => {
  await user({color: 'always', symbols: 'ascii'})
  const escape = '\u001B['
  const list = ['context', 'list', '-c', 'local']
  expect((await cli(['config', 'list'], {env: {NO_COLOR: ''}})).stdout).toContain(escape)
  expect((await cli(['config', 'list'])).stdout).not.toContain(escape)
  expect((await cli(['config', 'list', '--no-color'], {env: {NO_COLOR: ''}})).stdout).not.toContain(escape)
  expect((await cli(['config', 'list'], {env: {NO_COLOR: '', TERM: 'dumb'}})).stdout).not.toContain(escape)
  await user({color: 'never'})
  expect((await cli(['config', 'list'], {env: {NO_COLOR: ''}, tty: 80})).stdout).not.toContain(escape)
  expect((await cli(['config', 'list'], {env: {NO_COLOR: '', FORCE_COLOR: '1'}})).stdout).toContain(escape)
  expect((await cli(list)).code).toBe(0)
})

test('set, get and take back, for oneself and for a folder', async () => {
  expect(await shown(['config', 'set', 'time-zone', 'Europe/Berlin'])).toMatchInlineSnapshot(`
    "time_zone is Europe/Berlin in HOME/config/config.json.
    (exit 0)"
  `)
  expect(await shown(['config', 'get', 'time_zone'])).toMatchInlineSnapshot(`
    "Europe/Berlin
    (exit 0)"
  `)
  expect(await shown(['config', 'set', 'time_zone', 'Asia/Tokyo', '--project'], {folder: join(home, 'project')}))
    .toMatchInlineSnapshot(`
    "time_zone is Asia/Tokyo in HOME/project/.todo5.json.
    (exit 0)"
  `)
  expect(await shown(['config', 'get', 'time_zone'], {folder: deep()})).toMatchInlineSnapshot(`
    "Asia/Tokyo
    (exit 0)"
  `)
  expect(await shown(['config', 'set', 'time_zone', 'UTC'], {folder: deep()})).toMatchInlineSnapshot(`
    "time_zone is UTC in HOME/config/config.json.
    | ! Not here: HOME/project/.todo5.json says Asia/Tokyo, and goes before.
    (exit 0)"
  `)
  expect(await shown(['config', 'unset', 'time_zone', '--project'], {folder: deep()})).toMatchInlineSnapshot(`
    "time_zone is no longer set in HOME/project/.todo5.json.
    (exit 0)"
  `)
  expect(JSON.parse(await readFile(join(home, 'project', '.todo5.json'), 'utf8'))).toEqual({})
  expect(JSON.parse(await readFile(join(home, 'config', 'config.json'), 'utf8'))).toEqual({time_zone: 'UTC'})
  expect(await shown(['config', 'get', 'color'], {env: {NO_COLOR: ''}})).toBe('(exit 0)')
  expect(JSON.parse((await cli(['config', 'get', 'color', '--json'], {env: {NO_COLOR: ''}})).stdout)).toEqual({
    key: 'color',
    value: null,
  })
})

test('what cannot be set is refused', async () => {
  expect(await shown(['config', 'set', 'colour', 'never'])).toMatchInlineSnapshot(`
    "| Error: There is no setting colour.  [unknown_setting, exit 2]
    | Try:   did you mean color?
    |        one of context, time_zone, color, symbols, layout, pager, offline_ok
    (exit 2)"
  `)
  expect(await shown(['config', 'set', 'color', 'sometimes'])).toMatchInlineSnapshot(`
    "| Error: color cannot be "sometimes".  [invalid_setting, exit 2]
    | Try:   one of auto, always, never
    (exit 2)"
  `)
  expect(await shown(['config', 'set', 'context', 'work'])).toMatchInlineSnapshot(`
    "| Error: The context of this user is not set here.  [context_elsewhere_set, exit 2]
    | Try:   todo5 context use NAME
    |        todo5 config set context NAME --project        for this folder
    (exit 2)"
  `)
  expect((await cli(['config', 'set', 'time_zone', 'Europe/Nowhere'])).code).toBe(2)
  expect((await cli(['config', 'unset', 'color'])).code).toBe(3)
})

test('a file that cannot be used is named, by every command but those that tell about it', async () => {
  const refused = async (line: readonly string[]): Promise<unknown> => {
    const {code, stdout} = await cli([...line, '--json'])
    const {error} = JSON.parse(stdout.replaceAll(home, 'HOME')) as {
      error: {code: string; message: string; hints: string[]}
    }
    return [code, error.code, error.message, ...error.hints]
  }
  await user('{"color": "always",')
  expect(await refused(['context', 'list'])).toMatchInlineSnapshot(`
    [
      2,
      "invalid_settings_file",
      "The settings in HOME/config/config.json cannot be used. It is no JSON object.",
      "correct HOME/config/config.json, or delete it",
    ]
  `)
  await user({time_zone: 'UTC', colors: 'never'})
  expect(await refused(['whoami'])).toMatchInlineSnapshot(`
    [
      2,
      "invalid_settings_file",
      "The settings in HOME/config/config.json cannot be used. There is no setting colors.",
      "did you mean color?",
      "one of context, time_zone, color, symbols, layout, pager, offline_ok",
      "correct HOME/config/config.json, or delete it",
    ]
  `)
  expect(await refused(['config', 'set', 'color', 'never'])).toContain('invalid_settings_file')
  const explained = await cli(['config', 'explain', 'color'], {env: {TERM: 'dumb'}})
  expect(explained).toMatchObject({code: 2, stderr: expect.stringMatching(/There\s+is\s+no\s+setting\s+colors\./u)})
  expect(explained.stdout).toContain('color  Whether output has colour.')
  expect((await cli(['--version'])).code).toBe(0)
  expect((await cli(['config', '--help'])).code).toBe(0)
  await user({context: 'work'})
  expect(await refused(['whoami'])).toMatchInlineSnapshot(`
    [
      2,
      "invalid_settings_file",
      "The context cannot be set in HOME/config/config.json.",
      "todo5 context use NAME",
      "take "context" out of HOME/config/config.json",
    ]
  `)
})

test('what comes from where', async () => {
  await user({color: 'always'})
  const {stdout} = await cli(['config', 'explain', 'color'])
  expect(stdout.replaceAll(home, 'HOME').replaceAll(/(?<=\S) {2,}/gu, '  ')).toMatchInlineSnapshot(`
    "color  Whether output has colour.
      --no-color  -
      TERM  -
    ✔ NO_COLOR  never
      FORCE_COLOR  -
      .todo5.json  -
      HOME/config/config.json  always
      default  auto
    "
  `)
  const {settings} = JSON.parse((await cli(['config', 'explain', '--json'])).stdout) as {settings: {key: string}[]}
  expect(settings.map(({key}) => key)).toEqual([
    'context',
    'time_zone',
    'color',
    'symbols',
    'layout',
    'pager',
    'offline_ok',
  ])
})
