import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Ajv, type ValidateFunction} from 'ajv'
import {execa} from 'execa'
import {parse} from 'yaml'
import {strict} from './kubernetes-schemas.ts'

/** The newest that Go's proxy has by a version; its API v1 is that of later ones. */
const MODULE = 'github.com/external-secrets/external-secrets@v1.3.2'
const CRDS = ['externalsecrets', 'secretstores']

interface Crd {
  readonly spec: {
    readonly names: {readonly kind: string}
    readonly group: string
    readonly versions: readonly {
      readonly name: string
      readonly served: boolean
      readonly schema: {
        readonly openAPIV3Schema: {readonly properties: {readonly spec: unknown}}
      }
    }[]
  }
}

/** What is wrong with the spec of an object of the External Secrets Operator, by its own definitions. */
export async function externalSecretsFaults(): Promise<
  (object: {readonly apiVersion: string; readonly kind: string; readonly spec?: unknown}) => string[]
> {
  const {stdout} = await execa('go', ['mod', 'download', '-json', MODULE], {cwd: '/', env: {GOFLAGS: '-mod=mod'}})
  const {Dir: folder} = JSON.parse(stdout) as {Dir: string}
  const ajv = new Ajv({strict: false, allErrors: true, validateFormats: false})
  const known = new Map<string, ValidateFunction>()
  for (const name of CRDS) {
    const {spec} = parse(
      await readFile(join(folder, 'config/crds/bases', `external-secrets.io_${name}.yaml`), 'utf8'),
    ) as Crd
    for (const version of spec.versions.filter(({served}) => served)) {
      const key = `${spec.group}/${version.name} ${spec.names.kind}`
      known.set(key, ajv.compile(strict(version.schema.openAPIV3Schema.properties.spec) as object))
    }
  }
  return ({apiVersion, kind, spec}) => {
    const validate = known.get(`${apiVersion} ${kind}`)
    if (validate === undefined) return [`there is no ${apiVersion} ${kind}`]
    if (validate(spec)) return []
    return (validate.errors ?? []).map(
      ({instancePath, message, params}) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}
