// node provider.js SCHEMA.json: a provider of Terraform that knows its schema and nothing else. `terraform init`, `validate` and
// `test` with mock providers ask for no more, so that they run where the registry of providers cannot be reached.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import grpc from '@grpc/grpc-js'
import loader from '@grpc/proto-loader'

const service = (file) =>
  grpc.loadPackageDefinition(
    loader.loadSync(join(import.meta.dirname, file), {keepCase: true, enums: String, longs: Number}),
  )
const {tfplugin6} = service('tfplugin6.proto')
const {plugin} = service('controller.proto')
const schema = JSON.parse(readFileSync(process.argv[2], 'utf8'))

const encoded = (block) => ({
  attributes: block.attributes.map((attribute) => ({...attribute, type: Buffer.from(JSON.stringify(attribute.type))})),
  block_types: block.block_types.map((nested) => ({...nested, block: encoded(nested.block)})),
})
const schemas = (blocks) =>
  Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, {version: 0, block: encoded(block)}]))

const folder = mkdtempSync(join(tmpdir(), 'todo5-provider-'))
const end = () => {
  rmSync(folder, {recursive: true, force: true})
  server.forceShutdown()
}
const nothingToSay = (_call, answer) => answer(null, {diagnostics: []})
const server = new grpc.Server({'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1})
server.addService(tfplugin6.Provider.service, {
  GetProviderSchema: (_call, answer) =>
    answer(null, {
      provider: {version: 0, block: encoded(schema.provider)},
      resource_schemas: schemas(schema.resources),
      data_source_schemas: schemas(schema.data_sources),
      functions: {},
      diagnostics: [],
      server_capabilities: {},
    }),
  ValidateProviderConfig: nothingToSay,
  ValidateResourceConfig: nothingToSay,
  ValidateDataResourceConfig: nothingToSay,
  StopProvider: (_call, answer) => answer(null, {}),
})
server.addService(plugin.GRPCController.service, {
  Shutdown: (_call, answer) => {
    answer(null, {})
    end()
  },
})
const socket = join(folder, 's')
server.bindAsync(`unix:${socket}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error
  // What Terraform waits for: version of the handshake, of the protocol, and where.
  process.stdout.write(`1|6|unix|${socket}|grpc\n`)
})
process.on('SIGTERM', end)
