// Writes oclif.manifest.json from the sources of the commands, with the places where the build puts them. Committed, so
// that a command line starts without reading every command. Run by `npm run generate`; by itself: node bin/generate-manifest.js
import {readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Plugin, settings} from '@oclif/core'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The manifest's text. */
export async function manifestText() {
  settings.enableAutoTranspile = false
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  pjson.oclif.commands.target = './cli/commands'
  const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  const commands = Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [, command] of commands) {
    const [, ...path] = command.relativePath
    command.relativePath = ['dist', 'cli', ...path.slice(0, -1), path.at(-1).replace(/\.ts$/, '.js')]
  }
  return `${JSON.stringify({commands: Object.fromEntries(commands), version: pjson.version}, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'oclif.manifest.json'), await manifestText())
}
