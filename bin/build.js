// Builds dist: the services with tsc, one file each, the command line as a bundle that starts quickly, and the web app.
//   node bin/build.js [cli | services | web]
import {spawnSync} from 'node:child_process'
import {existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {builtinModules} from 'node:module'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {rolldown} from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Large and rarely needed, or not to be changed (licences.ts): loaded from node_modules when a command asks for them. */
const external = [
  /^@mikro-orm\//,
  /^kafkajs$/,
  /^pg$/,
  /^better-auth/,
  /^@better-auth\//,
  /^ical\.js$/,
  ...builtinModules,
  /^node:/,
]

function buildServices() {
  const made = join(root, 'dist', `.services-${process.pid}`)
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', made]
  const {status} = spawnSync(process.execPath, args, {cwd: root, stdio: 'inherit'})
  if (status === 0) replace(join(root, 'dist', 'services'), join(made, 'services'))
  rmSync(made, {recursive: true, force: true})
  if (status !== 0) process.exit(status ?? 1)
}

/** At once: something may be running from the old one. */
function replace(folder, made) {
  const old = `${made}-old`
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(made, folder)
  rmSync(old, {recursive: true, force: true})
}

/**
 * `import {readFile} from 'node:fs'` makes a facade of all exports of the module, which loads what stands behind them:
 * 12 ms of CPU for node:fs, 45 ms for node:http (undici). Taken from the module itself, only what is used is loaded.
 */
const builtinsWithoutFacades = {
  name: 'builtins-without-facades',
  renderChunk: (code) =>
    code.replaceAll(/^import (?:\* as )?(.+) from "([^"]+)";$/gm, (line, names, module) => {
      if (!builtinModules.includes(module.replace(/^node:/, ''))) return line
      const [, alone, listed] = /^([\w$]*)(?:, )?(?:\{(.*)\})?$/.exec(names)
      const wanted = `globalThis.process.getBuiltinModule("${module}")`
      const whole = alone === '' ? '' : `const ${alone} = ${wanted};`
      const parts = listed === undefined ? '' : `const {${listed.replaceAll(' as ', ': ')}} = ${wanted};`
      return [whole, parts].filter((text) => text !== '').join(' ')
    }),
}

/**
 * Two places of oclif that each command line pays for: the first localeCompare of a process loads the collation rules
 * (9 ms of CPU), and asking whether this is WSL loads five packages (8 ms).
 */
const PATCHES = [
  [/@oclif.core.lib.config.plugin\.js$/, 'a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)'],
  // The list that is made below; by itself oclif reads all that help says of every command.
  [
    /@oclif.core.lib.config.plugin\.js$/,
    "`${dotfile ? '.' : ''}oclif.manifest.json`",
    "'dist', 'cli', 'commands.json'",
  ],
  // The promises of node:fs cost more than they read.
  [
    /@oclif.core.lib.config.plugin\.js$/,
    'await (0, fs_1.readJson)(p)',
    "JSON.parse(require('node:fs').readFileSync(p, 'utf8'))",
  ],
  [/@oclif.core.lib.util.os\.js$/, "(await import('wsl-utils')).isWsl", '/microsoft/i.test((0, node_os_1.release)())'],
]

/**
 * Loaded by oclif with every command, used by few: its help with ejs, globbing, the search for a configuration (12 ms of CPU);
 * the promises of node:fs, behind which stands readline, and perf_hooks (3 ms).
 */
const RARELY_NEEDED =
  /^(?:\.{1,2}\/help(?:\/\w+)?|ejs|lilconfig|minimatch|tinyglobby|node:(?:fs\/promises|perf_hooks))$/
const REQUIRE = /^const (\w+) = ((?:__importDefault\()?require\("([^"]+)"\)\)?);$/gm

/** Such a module is loaded when something of it is asked for. */
const whenAsked = (line, name, load, module) =>
  RARELY_NEEDED.test(module) ? `const ${name} = new Proxy({}, {get: (_, key) => (${load})[key]});` : line

const quickerOclif = {
  name: 'quicker-oclif',
  transform(code, id) {
    for (const [file, text, instead] of PATCHES) {
      if (!file.test(id)) continue
      if (!code.includes(text)) throw new Error(`${id} has changed: ${text} is gone; look at PATCHES in bin/build.js`)
      code = code.replaceAll(text, instead)
    }
    return /@oclif.core.lib.(?!help|index|main)/.test(id) ? code.replaceAll(REQUIRE, whenAsked) : undefined
  },
}

/** What only help and completion read, of one command at a time: a tenth of the manifest is left to be read by every line. */
const DESCRIBING = ['args', 'description', 'examples', 'flags']

/** commands.json, as oclif's manifest without these; and beside the code of each command its own. */
function writeCommands(folder) {
  const {commands, version} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const listed = Object.entries(commands).map(([id, command]) => {
    const {relativePath} = command
    const parts = Object.entries(command)
    const about = parts.filter(([name]) => DESCRIBING.includes(name))
    const file = join(folder, ...relativePath.slice(2)).replace(/js$/, 'json')
    writeFileSync(file, JSON.stringify(Object.fromEntries(about)))
    return [id, Object.fromEntries(parts.filter(([name]) => !DESCRIBING.includes(name)))]
  })
  writeFileSync(join(folder, 'commands.json'), JSON.stringify({commands: Object.fromEntries(listed), version}))
}

/** start.js, and a file for each command where oclif's manifest says that it is; what they share lies in chunks. */
async function buildCli() {
  const commands = globSync('cli/commands/**/*.ts', {cwd: root}).filter((path) => !path.endsWith('.test.ts'))
  const entries = ['cli/start.ts', 'cli/supervisor/host-process.ts', ...commands].map((path) => [
    path.slice('cli/'.length, -'.ts'.length),
    join(root, path),
  ])
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries),
    platform: 'node',
    external,
    // Class names are looked at; and what a bug report shows is to be readable.
    treeshake: true,
    plugins: [quickerOclif, builtinsWithoutFacades],
  })
  const made = join(root, 'dist', `.cli-${process.pid}`)
  await bundle.write({
    dir: made,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: false,
  })
  await bundle.close()
  writeCommands(made)
  replace(join(root, 'dist', 'cli'), made)
}

/** The pages for end users: services/chat-api/web. */
async function buildWeb() {
  const made = join(root, 'dist', `.web-${process.pid}`)
  // Vite believes what the environment says: from a test it would build React with its development checks, 54 kB more.
  process.env.NODE_ENV = 'production'
  // Loaded here: the other parts build without it.
  const {build} = await import('vite')
  const configFile = join(root, 'services', 'chat-api', 'web', 'vite.config.ts')
  await build({configFile, logLevel: 'warn', build: {outDir: made}})
  replace(join(root, 'dist', 'web'), made)
}

const [part] = process.argv.slice(2)
if (part === undefined || part === 'services') buildServices()
if (part === undefined || part === 'cli') await buildCli()
if (part === undefined || part === 'web') await buildWeb()
