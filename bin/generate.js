// Writes what is generated from the sources and committed; CI checks that running it changes nothing.
import {mkdir, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {cliContract, outputSchemas} from '../cli/contract/documents.ts'
import {buildAsyncApi, eventSchemas} from '../services/contracts/event-documents.ts'
import {buildOpenApi} from '../services/contracts/openapi.ts'
import {CONTRACT_VERSION} from '../services/contracts/version.ts'
import {performancePage, reliabilityPage} from '../test/bench/performance.ts'
import {DASHBOARDS} from './dashboards/index.ts'
import {cliPages, manPage} from './generate-cli-reference.js'
import {manifestText} from './generate-manifest.js'

const root = join(import.meta.dirname, '..')
const contract = join(root, 'docs', 'contract')

/** @param {unknown} document */
const json = (document) => `${JSON.stringify(document, null, 2)}\n`

/** @param {string} file @param {string} text */
async function write(file, text) {
  await mkdir(dirname(file), {recursive: true})
  const before = await readFile(file, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (before === text) return
  await writeFile(file, text)
  console.log(`wrote ${file}`)
}

/** These files and no others. @param {string} folder @param {Readonly<Record<string, unknown>>} documents */
async function writeFolder(folder, documents) {
  for (const [name, document] of Object.entries(documents)) await write(join(folder, name), json(document))
  for (const name of await readdir(folder)) {
    if (name in documents) continue
    await rm(join(folder, name))
    console.log(`removed ${name}`)
  }
}

const events = eventSchemas()
await write(join(contract, 'openapi.json'), json(buildOpenApi(CONTRACT_VERSION)))
await write(join(contract, 'asyncapi.json'), json(buildAsyncApi(CONTRACT_VERSION)))
await writeFolder(join(contract, 'events'), events)
const manifest = await manifestText()
await write(join(root, 'oclif.manifest.json'), manifest)
const {commands} = JSON.parse(manifest)
const outputs = outputSchemas(Object.keys(commands).filter((id) => !commands[id].hidden))
await write(join(contract, 'cli.json'), json(cliContract(commands)))
await writeFolder(join(contract, 'cli'), outputs)
for (const [name, text] of Object.entries(await cliPages())) await write(join(root, 'docs', 'cli', name), text)
await write(join(root, 'man', 'todo5.1'), await manPage())

await writeFolder(join(root, 'charts', 'todo5', 'files', 'dashboards'), DASHBOARDS)

const reliability = join(root, 'docs', 'reliability.md')
await write(join(root, 'docs', 'performance.md'), await performancePage())
await write(reliability, await reliabilityPage(await readFile(reliability, 'utf8')))
