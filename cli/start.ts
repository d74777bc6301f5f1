import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {processComposition} from './composition.ts'
import {type CommandSource, main} from './main.ts'

/** The entry point of bin/run.js and bin/dev.js: one command line in a process of its own. `root` is a folder URL. */
export async function run(root: URL, {sources = false}: {sources?: boolean} = {}): Promise<void> {
  const folder = fileURLToPath(root).replace(/[\\/]$/u, '')
  process.exitCode = await main(process.argv.slice(2), processComposition(folder), sourceOf(folder, sources))
}

/** The build's list of commands in place of the manifest, which says all of all of them. */
const sourceOf = (root: string, sources: boolean): CommandSource =>
  sources ? commandSource(root, true) : {...commandSource(root, false), list: `${root}/dist/cli/commands.json`}

/** Commands as the manifest lists them, or as the source files lie there. */
export function commandSource(root: string, sources: boolean): CommandSource {
  const pjson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as CommandSource['pjson'] & {
    oclif: {commands: {target: string}}
  }
  if (!sources) return {root, pjson}
  pjson.oclif.commands.target = './cli/commands'
  return {root, pjson, ignoreManifest: true}
}
