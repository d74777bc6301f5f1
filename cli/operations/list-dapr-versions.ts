import {currentVersion, type DaprVersion} from '../supervisor/host/dapr-versions.ts'
import type {DaprInstallation} from './dapr-installation.ts'

export interface DaprVersionList {
  readonly target: string
  /** Newest first. */
  readonly versions: readonly (Omit<DaprVersion, 'sources' | 'package_hash'> & {
    /** The one that sidecars have, or get when they are started. */
    readonly current: boolean
  })[]
}

export async function listDaprVersions({target, versions}: DaprInstallation): Promise<DaprVersionList> {
  const all = await versions.all()
  const current = currentVersion(all)
  return {
    target,
    versions: all.map(({sources: _sources, package_hash: _hash, ...version}) => ({
      ...version,
      current: version.number === current?.number,
    })),
  }
}
