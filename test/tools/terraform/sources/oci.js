// Oracle's resources as @pulumi/oci declares them -> schema of the Terraform provider. Three things are guessed, since Pulumi does
// not say them: what repeats is a LIST (some are sets), what is optional may also be computed, names are plain snake case.
import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {bodyOf, members} from './declarations.js'

const root = dirname(createRequire(import.meta.url).resolve('@pulumi/oci/package.json'))
const read = (path) => readFileSync(join(root, path), 'utf8')
const inputs = read('types/input.d.ts')
const outputs = read('types/output.d.ts')
/** Where Pulumi has made a plural of Terraform's name; more of them may be in what no module uses yet. */
const SINGULAR = {filters: 'filter', groupLists: 'group_list'}
const snake = (name) => SINGULAR[name] ?? name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)

function bare(type) {
  const inner = /^pulumi\.(?:Input|Output)<([\s\S]*)>$/u.exec(type.trim())
  const text = (inner ? inner[1] : type).trim().replace(/\s*\|\s*undefined$/u, '')
  return text === type ? text : bare(text)
}

const PLAIN = {string: 'string', number: 'number', boolean: 'bool', any: 'dynamic'}

/** The type of an attribute; undefined for what is a block. */
function plainType(type) {
  const text = bare(type)
  if (PLAIN[text]) return PLAIN[text]
  const list = /^([\s\S]*)\[\]$/u.exec(text)
  const map = /^\{\s*\[key: string\]: ([\s\S]*?);?\s*\}$/u.exec(text)
  const element = plainTypeOf(list ?? map)
  return element && [list ? 'list' : 'map', element]
}
const plainTypeOf = (match) => (match ? plainType(match[1]) : undefined)

function declared(text, reference) {
  const [, space, name] = /(\w+)\.(\w+)$/u.exec(reference)
  const body = bodyOf(text, new RegExp(`export declare namespace ${space} \\{`, 'u'))
  return members(bodyOf(body, new RegExp(`interface ${name} \\{`, 'u')))
}

/** A type that is only read. */
function computedType(type) {
  const plain = plainType(type)
  if (plain) return plain
  const text = bare(type)
  const many = text.endsWith('[]')
  const reference = bare(many ? text.slice(0, -2) : text)
  const fields = declared(outputs, reference).map((field) => [snake(field.name), computedType(field.type)])
  return ['list', ['object', Object.fromEntries(fields)]]
}

function block(given, computed = []) {
  const attributes = []
  const blocks = []
  for (const {name, optional, type} of given) {
    const plain = plainType(type)
    if (plain) attributes.push({name: snake(name), type: plain, required: !optional, optional, computed: optional})
    else {
      const text = bare(type)
      const many = text.endsWith('[]')
      const nested = declared(inputs, bare(many ? text.slice(0, -2) : text))
      const bounds = {min_items: optional ? 0 : 1, max_items: many ? 0 : 1}
      blocks.push({type_name: snake(name), nesting: 'LIST', ...bounds, block: block(nested)})
    }
  }
  const seen = new Set(given.map(({name}) => name))
  for (const {name, type} of computed) {
    if (!seen.has(name)) attributes.push({name: snake(name), type: computedType(type), computed: true})
  }
  return {attributes, block_types: blocks}
}

const withId = (made) => {
  if (!made.attributes.some(({name}) => name === 'id'))
    made.attributes.push({name: 'id', type: 'string', optional: true, computed: true})
  return made
}

/** `path` is the file in the package, such as core/vcn, and its class Vcn. */
export function resource(path) {
  const text = read(`${path}.d.ts`)
  const name = classOf(path)
  const given = members(bodyOf(text, new RegExp(`export interface ${name}Args \\{`, 'u')))
  const made = members(bodyOf(text, new RegExp(`export declare class ${name} extends`, 'u')))
  return withId(
    block(
      given,
      made.filter(({type}) => type.startsWith('pulumi.Output')),
    ),
  )
}

/** `path` is the file in the package, such as core/getServices. */
export function dataSource(path) {
  const text = read(`${path}.d.ts`)
  const name = classOf(path)
  const given = bodyOf(text, new RegExp(`export interface ${name}Args \\{`, 'u'))
  const found = members(bodyOf(text, new RegExp(`export interface ${name}Result \\{`, 'u')))
  return withId(block(given === undefined ? [] : members(given), found))
}

const classOf = (path) => {
  const file = path.split('/').at(-1)
  return file[0].toUpperCase() + file.slice(1)
}

const SETTINGS = ['region', 'tenancy_ocid', 'user_ocid', 'fingerprint', 'private_key', 'private_key_path', 'auth']
export const provider = () => ({
  attributes: [...SETTINGS, 'config_file_profile'].map((name) => ({name, type: 'string', optional: true})),
  block_types: [],
})
