// Builds dist: the services with tsc, one file each, and the command line as a bundle that starts quickly.
//   node bin/build.js [cli | services]
import {spawnSync} from 'node:child_process'
import {globSync, rmSync} from 'node:fs'
import {builtinModules} from 'node:module'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {rolldown} from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Large and rarely needed: loaded from node_modules when a command asks for them. */
const external = [/^@mikro-orm\//, /^pg$/, /^better-auth/, /^@better-auth\//, ...builtinModules, /^node:/]

function buildServices() {
  rmSync(join(root, 'dist', 'services'), {recursive: true, force: true})
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const {status} = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {cwd: root, stdio: 'inherit'})
  if (status !== 0) process.exit(status ?? 1)
}

/** start.js, and a file for each command where oclif's manifest says that it is; what they share lies in chunks. */
async function buildCli() {
  rmSync(join(root, 'dist', 'cli'), {recursive: true, force: true})
  const commands = globSync('cli/commands/**/*.ts', {cwd: root}).filter((path) => !path.endsWith('.test.ts'))
  const entries = ['cli/start.ts', ...commands].map((path) => [
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
  })
  await bundle.write({
    dir: join(root, 'dist', 'cli'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: false,
  })
  await bundle.close()
}

const [part] = process.argv.slice(2)
if (part !== 'cli') buildServices()
if (part !== 'services') await buildCli()
