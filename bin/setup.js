// Makes `npm run up` and `npm test` work on a fresh clone: installs and builds what is missing or stale, then runs the
// command with the pinned Node. No dependencies; runs on Node 18.
//   node bin/setup.js [--no-build] test [ARGS of vitest]   |   [run] [ARGS of todo5]   |   build
import {createHash} from 'node:crypto'
import * as fs from 'node:fs'
import {basename, delimiter, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {isTooOld, pinnedNode, runInPlace} from './pinned-node.js'
import {whileLocked} from './setup-lock.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const say = (text) => process.stderr.write(`${text}\n`)
const read = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined)

// npm ci empties node_modules, so an installation that was interrupted has no stamp.
const installStamp = at('node_modules', '.todo5-installed')
const buildStamp = at('dist', '.built')

function lockHash() {
  const platform = `${process.platform}-${process.arch}`
  return createHash('sha256')
    .update(platform)
    .update(fs.readFileSync(at('package-lock.json')))
    .digest('hex')
}

/** What npm says is installed agrees with the lock: somebody ran npm themselves. Optional packages may be missing. */
function agreesWithLock() {
  const hidden = read(at('node_modules', '.package-lock.json'))
  if (hidden === undefined) return false
  const installed = JSON.parse(hidden).packages
  return Object.entries(JSON.parse(read(at('package-lock.json'))).packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true
    return found.version === wanted.version && found.integrity === wanted.integrity
  })
}

function isInstalled() {
  const hash = lockHash()
  if (read(installStamp) === hash) return true
  if (!agreesWithLock()) return false
  fs.writeFileSync(installStamp, hash)
  return true
}

/** Path, size and time of every file that the build reads: also notices files that are gone or older than before. */
function sourcesHash() {
  const hash = createHash('sha256')
  const add = (path) => {
    const stat = fs.statSync(at(path), {throwIfNoEntry: false})
    if (stat === undefined || /\.test\.tsx?$|(^|[\\/])(testing|node_modules)$/.test(path)) return
    if (stat.isDirectory()) for (const name of fs.readdirSync(at(path)).sort()) add(join(path, name))
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`)
  }
  for (const path of ['cli', 'services', 'bin', 'package.json', 'package-lock.json']) add(path)
  for (const name of fs.readdirSync(root).sort())
    if (/^(tsconfig|rolldown|vite)\b.*\.(json|[jt]s)$/.test(name)) add(name)
  return hash.digest('hex')
}

/** Programs that the command starts find the pinned Node, too. */
function environment(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return {...process.env, [name]: [dirname(node), at('node_modules', '.bin'), process.env[name]].join(delimiter)}
}

/** npm's output goes to stderr: stdout belongs to the command. */
async function npm(args, node = process.execPath) {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const script = candidates.find((path) => path && basename(path) === 'npm-cli.js' && fs.existsSync(path))
  const options = {stdio: ['ignore', process.stderr, process.stderr], cwd: root, env: environment(node)}
  let interrupted = false
  process.once('SIGINT', () => (interrupted = true))
  const status = script
    ? await runInPlace(process.execPath, [script, ...args], options)
    : await runInPlace('npm', args, {...options, shell: process.platform === 'win32'})
  if (status === 0) return
  if (interrupted) process.exit(130)
  say(`Error: npm ${args.join(' ')} failed (exit ${status}); its output is above.`)
  process.exit(5)
}

function usableNode() {
  const node = pinnedNode(root) ?? process.execPath
  if (node !== process.execPath || !isTooOld()) return node
  say(`Error: there is no pinned Node for ${process.platform}-${process.arch}, and Node ${process.version} is too old.`)
  say('Try:   install Node 24 from https://nodejs.org, then run the same command again')
  return process.exit(4)
}

async function install() {
  say('Installing dependencies (npm ci) …')
  // Also with NODE_ENV=production: the pinned Node and the compiler are development dependencies.
  await npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'])
  fs.mkdirSync(dirname(installStamp), {recursive: true})
  fs.writeFileSync(installStamp, lockHash())
}

async function build() {
  const hash = sourcesHash() // as it was before: what changes meanwhile is built next time
  say('Building …')
  await npm(['run', '--silent', 'build'], usableNode())
  fs.writeFileSync(buildStamp, hash)
}

const args = process.argv.slice(2)
const wantsBuild = args[0] !== '--no-build'
if (!wantsBuild) args.shift()
const isReady = () => isInstalled() && (!wantsBuild || read(buildStamp) === sourcesHash())
async function setUp() {
  if (isReady()) return
  await whileLocked(at('.todo5', 'setup.lock'), async () => {
    if (!isInstalled()) await install()
    if (!isReady()) await build()
  })
}
await setUp().catch((error) => {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code)) throw error
  say(`Error: ${root} cannot be set up: ${error.message}`)
  say('Try:   run this as the owner of the folder, with 1 GB of free disk')
  process.exit(5)
})
const [command, ...rest] = args
if (command !== 'build') {
  const node = usableNode()
  const script = command === 'test' ? [at('node_modules', 'vitest', 'vitest.mjs'), 'run'] : [at('bin', 'run.js')]
  process.exitCode = await runInPlace(node, [...script, ...(['test', 'run'].includes(command) ? rest : args)], {
    env: environment(node),
  })
}
