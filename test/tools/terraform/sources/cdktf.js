// Names, blocks and types of a provider, exactly, from the JavaScript that cdktf generated of it.
import {readdirSync, readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {braces} from './declarations.js'

const TYPES = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  stringList: ['list', 'string'],
  numberList: ['list', 'number'],
  stringMap: ['map', 'string'],
  numberMap: ['map', 'number'],
  booleanMap: ['map', 'bool'],
  anyMap: ['map', 'dynamic'],
}
const ENTRY =
  /(\w+): \{\s*value: ([\s\S]*?),\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "(\w+)",\s*\}/gu
const camel = (name) => name.replace(/_+([a-z0-9])/gu, (_, letter) => letter.toUpperCase())

function required(declarations, name) {
  const at = declarations.search(new RegExp(`export interface ${name} (extends [\\w.]+ )?\\{`, 'u'))
  if (at < 0) return []
  return [...braces(declarations, at).matchAll(/readonly (\w+): /gu)].map((match) => match[1].toLowerCase())
}

function block(files, source, name) {
  const needed = required(files.declarations, name)
  const attributes = []
  const blocks = []
  for (const [, entry, value, isBlock, type, store] of source.matchAll(ENTRY)) {
    const must = needed.includes(camel(entry).toLowerCase())
    const made = /(\w+)ToHclTerraform\b/u.exec(value)?.[1]
    const at = made ? files.code.indexOf(`function ${made}ToHclTerraform(`) : -1
    if (isBlock === 'true' && at >= 0) {
      const single = type === 'struct'
      const word = made[0].toUpperCase() + made.slice(1)
      const inner = block(files, braces(files.code, files.code.indexOf('const attrs =', at)), word)
      const reference = files.code.indexOf(`class ${word}OutputReference extends`)
      if (reference >= 0) addComputed(inner, braces(files.code, reference))
      blocks.push({
        type_name: entry,
        nesting: type === 'set' ? 'SET' : single ? 'SINGLE' : 'LIST',
        min_items: must && !single ? 1 : 0,
        max_items: value.includes('listMapperHcl') || single ? 0 : 1,
        block: inner,
      })
    } else {
      const found = TYPES[store] ?? 'dynamic'
      const exact = type === 'set' && Array.isArray(found) ? ['set', found[1]] : found
      attributes.push({name: entry, type: exact, required: must, optional: !must, computed: !must})
    }
  }
  return {attributes, block_types: blocks}
}

const READ = {String: 'string', Number: 'number', Boolean: 'bool', List: ['list', 'string']}

function addComputed(made, body) {
  const seen = new Set([...made.attributes.map(({name}) => name), ...made.block_types.map((one) => one.type_name)])
  const add = (name, type) => {
    if (seen.has(name)) return
    seen.add(name)
    made.attributes.push({name, type, computed: true})
  }
  for (const [, kind, name] of body.matchAll(/this\.get(\w+)Attribute\('(\w+)'\)/gu)) add(name, READ[kind] ?? 'dynamic')
  for (const [, name] of body.matchAll(/new \w+List\(this, "(\w+)", (?:true|false)\)/gu))
    add(name, ['list', ['map', 'string']])
}

/** A reader of one package; `resource('container_cluster')` and `provider()` are blocks. */
export function cdktf(name) {
  const root = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  const files = (folder) => {
    const ending = (end) =>
      readdirSync(join(root, 'lib', folder), {recursive: true})
        .filter((file) => file.endsWith(end))
        .map((file) => readFileSync(join(root, 'lib', folder, file), 'utf8'))
        .join('\n')
    return {code: ending('.js'), declarations: ending('.d.ts')}
  }
  const read = (folder, parent) => {
    const found = files(folder)
    const head = new RegExp(`class (\\w+) extends cdktf\\.${parent}`, 'u')
    const body = braces(found.code, found.code.search(head))
    const own = braces(body, body.indexOf('synthesizeHclAttributes()'))
    return {body, made: block(found, own, `${head.exec(found.code)[1]}Config`)}
  }
  return {
    resource(type) {
      const {body, made} = read(type.replaceAll('_', '-'), 'TerraformResource')
      addComputed(made, body)
      return made
    },
    provider() {
      const {made} = read('provider', 'TerraformProvider')
      const attributes = made.attributes.filter(({name: one}) => one !== 'alias')
      return {...made, attributes: attributes.map((attribute) => ({...attribute, computed: false}))}
    },
  }
}
