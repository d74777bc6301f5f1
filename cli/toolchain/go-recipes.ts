import {cp} from 'node:fs/promises'
import {join} from 'node:path'
import {packagePath} from '../../services/package-root.ts'
import type {GoRecipe} from './build-with-go.ts'
import {type Bundle, BUNDLES, DURABLETASK_FOR_BUILD} from './program-table.ts'

const DURABLETASK = 'github.com/dapr/durabletask-go'
const DAPR = 'github.com/dapr/dapr'
const PROMETHEUS = 'github.com/prometheus/prometheus'
const daprVersion = BUNDLES.dapr.registry!
const prometheusVersion = BUNDLES.prometheus.registry!

const goBuild = (stamps: readonly string[], tags: readonly string[], source: string, target: string): string[] => [
  'build',
  '-v',
  '-trimpath',
  '-buildvcs=false',
  ...(tags.length > 0 ? ['-tags', tags.join(',')] : []),
  '-ldflags',
  ['-s', '-w', ...stamps.map((stamp) => `-X ${stamp}`)].join(' '),
  '-o',
  target,
  source,
]

/** Daprd has a main of our own around upstream's runtime: docs/toolchain.md. */
const dapr: GoRecipe = {
  bundle: 'dapr',
  module: DAPR,
  version: `v${daprVersion}`,
  replaces: [`${DURABLETASK} => ${DURABLETASK} ${DURABLETASK_FOR_BUILD}`],
  prepare: async (folder) => {
    await cp(packagePath('templates', 'toolchain', 'daprd'), join(folder, 'daprd'), {recursive: true})
  },
  buildArgs: (program, target) => {
    const stamps = [`${DAPR}/pkg/buildinfo.version`, 'github.com/dapr/kit/logger.DaprVersion']
    const source = program === 'daprd' ? './daprd' : `${DAPR}/cmd/${program}`
    const versions = stamps.map((variable) => `${variable}=${daprVersion}`)
    return goBuild(versions, [], source, target)
  },
}

/**
 * The module of Prometheus 3.13.5 is v0.313.5. Its targets are found in files here; without the clients of two dozen
 * clouds it is a third of the packages. Its pages are made by npm and are not in the module: it serves the API alone.
 */
const prometheus: GoRecipe = {
  bundle: 'prometheus',
  module: PROMETHEUS,
  version: goVersionOf(prometheusVersion),
  replaces: [],
  buildArgs: (program, target) => {
    const stamps = [`github.com/prometheus/common/version.Version=${prometheusVersion}`]
    return goBuild(stamps, ['netgo', 'remove_all_sd'], `${PROMETHEUS}/cmd/${program}`, target)
  },
}

export const GO_RECIPES: Partial<Record<Bundle, GoRecipe>> = {dapr, prometheus}

/** 3.13.5 → v0.313.5. */
export function goVersionOf(version: string): string {
  const [major, minor, patch] = version.split('.') as [string, string, string]
  return `v0.${major}${minor.padStart(2, '0')}.${patch}`
}
