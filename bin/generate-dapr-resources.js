// Writes cli/lint/dapr-resource-fields.json from a checkout (or the Go module) of dapr/dapr:
//   node bin/generate-dapr-resources.js FOLDER VERSION
// Names and types of the fields of each kind of resource are facts of its definition for Kubernetes. A type is a word; a
// list is [type], a map {"*": type}, an object {field: type}; "any" is anything.
import {readFile, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {parseAllDocuments} from 'yaml'

const [folder, version] = process.argv.slice(2)
if (!folder || !version) {
  console.error('usage: node bin/generate-dapr-resources.js FOLDER VERSION')
  process.exit(2)
}

const crds = join(folder, 'charts', 'dapr', 'crds')
const kinds = {}
for (const file of (await readdir(crds)).toSorted()) {
  for (const document of parseAllDocuments(await readFile(join(crds, file), 'utf8'))) {
    const {spec} = document.toJS() ?? {}
    if (!spec) continue
    for (const {name, schema} of spec.versions) {
      const {status: _status, ...fields} = typeOf(schema.openAPIV3Schema)
      kinds[spec.names.kind] = {...kinds[spec.names.kind], [`${spec.group}/${name}`]: {...fields, metadata: 'any'}}
    }
  }
}
const sorted = Object.fromEntries(Object.entries(kinds).toSorted(([a], [b]) => (a < b ? -1 : 1)))
await writeFile(
  join(import.meta.dirname, '..', 'cli', 'lint', 'dapr-resource-fields.json'),
  `${JSON.stringify({dapr: version, kinds: sorted}, null, 2)}\n`,
)

function typeOf(schema) {
  if (schema['x-kubernetes-preserve-unknown-fields']) return 'any'
  if (schema.type === 'array') return [typeOf(schema.items)]
  if (schema.additionalProperties) return {'*': typeOf(schema.additionalProperties)}
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, typeOf(field)]))
  }
  return schema.type === undefined || schema.type === 'object' ? 'any' : schema.type
}
