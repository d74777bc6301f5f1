// Writes dist/sbom.cdx.json, which is published with the package: what is installed with todo5, as CycloneDX.
//   npm run sbom
import {execFileSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {lockedPackages} from './packages/locked.ts'
import {installedPart} from './packages/sbom.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--loglevel=error']
const text = execFileSync('npm', args, {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
  stdio: ['ignore', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
})
const sbom = installedPart(JSON.parse(text), lockedPackages(root))
const file = join(root, 'dist', 'sbom.cdx.json')
mkdirSync(dirname(file), {recursive: true})
writeFileSync(file, `${JSON.stringify(sbom, null, 1)}\n`)
console.log(`wrote ${file}: ${sbom.components.length} components`)
