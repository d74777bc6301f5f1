import type {Bundle} from './program-table.ts'
import {BUNDLES} from './program-table.ts'
import type {Toolchain} from './toolchain.ts'

/** The publishers' own places; the next one of a list is asked when one no longer has the version. */
const BASES: Readonly<Record<Exclude<Bundle, 'java'>, readonly string[]>> = {
  dapr: ['https://github.com/dapr/dapr/releases/download'],
  kafka: ['https://downloads.apache.org/kafka', 'https://archive.apache.org/dist/kafka'],
  zipkin: ['https://repo1.maven.org/maven2/io/zipkin/zipkin-server'],
  prometheus: ['https://github.com/prometheus/prometheus/releases/download'],
}

export interface ReleaseFile {
  /** Below the base. */
  readonly path: string
  /** The publisher's file of checksums, below the base. */
  readonly checksums: string
  readonly algorithm: 'sha256' | 'sha512'
  /** Where a file of the archive goes; undefined = nowhere. Without it the download itself is the program, as `as`. */
  readonly pick?: (entry: string) => string | undefined
  readonly as?: string
}

export interface Release {
  readonly bases: readonly string[]
  readonly files: readonly ReleaseFile[]
}

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {linux: 'linux', darwin: 'darwin'}
const MACHINES: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64'}

/** Undefined when the publisher has none for this kind of machine (of Dapr and Prometheus: none but zip for Windows). */
export function releaseOf(bundle: Bundle, {platform, arch, mirror}: Toolchain): Release | undefined {
  if (bundle === 'java') return undefined
  const version = BUNDLES[bundle].release!
  const target = {system: SYSTEMS[platform], machine: MACHINES[arch]}
  const files = FILES[bundle](version, target)
  const bases = mirror === undefined ? BASES[bundle] : [`${mirror.replace(/\/+$/u, '')}/${bundle}`]
  return files && {bases, files}
}

interface Target {
  readonly system: string | undefined
  readonly machine: string | undefined
}

const FILES: Readonly<
  Record<Exclude<Bundle, 'java'>, (version: string, target: Target) => readonly ReleaseFile[] | undefined>
> = {
  dapr: (version, {system, machine}) => {
    if (system === undefined || machine === undefined) return undefined
    return BUNDLES.dapr.programs.map((program) => {
      const path = `v${version}/${program}_${system}_${machine}.tar.gz`
      const pick = (entry: string) => (entry === program ? program : undefined)
      return {path, checksums: `${path}.sha256`, algorithm: 'sha256', pick}
    })
  },
  kafka: (version) => {
    const path = `${version}/kafka_2.13-${version}.tgz`
    const pick = (entry: string) => /^kafka_[^/]+\/(libs\/[^/]+\.jar)$/u.exec(entry)?.[1]
    return [{path, checksums: `${path}.sha512`, algorithm: 'sha512', pick}]
  },
  zipkin: (version) => {
    const path = `${version}/zipkin-server-${version}-exec.jar`
    return [{path, checksums: `${path}.sha512`, algorithm: 'sha512', as: 'zipkin.jar'}]
  },
  prometheus: (version, {system, machine}) => {
    if (system === undefined || machine === undefined) return undefined
    const name = `prometheus-${version}.${system}-${machine}`
    const pick = (entry: string) => BUNDLES.prometheus.programs.find((program) => entry === `${name}/${program}`)
    return [{path: `v${version}/${name}.tar.gz`, checksums: `v${version}/sha256sums.txt`, algorithm: 'sha256', pick}]
  },
}
