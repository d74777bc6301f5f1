import {rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {packagePath} from '../../../services/package-root.ts'
import {answersOk} from './answers.ts'
import {LOOPBACK} from './ports.ts'
import {asArguments, type Program} from './program.ts'

export interface ZipkinOptions {
  readonly java: string
  readonly jar: string
  readonly folder: string
  readonly logFile: string
  readonly port: number
}

const JVM = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** Zipkin with its traces in memory. */
export function zipkinProgram({java, jar, folder, logFile, port}: ZipkinOptions): Program {
  const properties = {
    // Spring's server.address does not reach the listener that Zipkin serves with.
    'armeria.ports[0].address': LOOPBACK,
    'armeria.ports[0].port': port,
    'armeria.ports[0].protocols': 'http',
    STORAGE_TYPE: 'mem',
    // Some 50 MB.
    MEM_MAX_SPANS: 100_000,
    SELF_TRACING_ENABLED: false,
  }
  return {
    name: 'zipkin',
    command: java,
    args: [...JVM, ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`), '-jar', jar],
    env: {LANG: 'C.UTF-8'},
    folder,
    logFile,
    readyWithinMs: 120_000,
    stopWithinMs: 10_000,
    isReady: async () => await answersOk(`http://${LOOPBACK}:${port}/health`),
  }
}

/** A program that Prometheus asks for numbers. */
export interface ScrapeJob {
  readonly name: string
  readonly service: string
  readonly port: number
}

export interface PrometheusOptions {
  readonly prometheus: string
  readonly folder: string
  readonly logFile: string
  readonly port: number
  readonly jobs: () => readonly ScrapeJob[]
}

export function prometheusProgram({prometheus, folder, logFile, port, jobs}: PrometheusOptions): Program {
  const configuration = join(folder, 'prometheus.yml')
  return {
    name: 'prometheus',
    command: prometheus,
    args: asArguments({
      'config.file': configuration,
      'storage.tsdb.path': join(folder, 'data'),
      // Whichever comes first.
      'storage.tsdb.retention.time': '7d',
      'storage.tsdb.retention.size': '512MB',
      'web.listen-address': `${LOOPBACK}:${port}`,
      'log.format': 'json',
    }),
    env: {},
    folder,
    logFile,
    readyWithinMs: 60_000,
    stopWithinMs: 20_000,
    prepare: async () => {
      await writeTargets(folder, jobs())
      await writeFile(configuration, scrapeConfiguration(folder), {mode: 0o600})
    },
    isReady: async () => await answersOk(`http://${LOOPBACK}:${port}/-/ready`),
  }
}

/** Prometheus looks at the file itself: a service that is started again has other ports. */
export async function writeTargets(folder: string, jobs: readonly ScrapeJob[]): Promise<void> {
  const targets = jobs.map(({name, service, port}) => ({
    targets: [`${LOOPBACK}:${port}`],
    labels: {job: name, service},
  }))
  const partial = `${targetsFile(folder)}.new`
  await writeFile(partial, JSON.stringify(targets), {mode: 0o600})
  await rename(partial, targetsFile(folder))
}

const targetsFile = (folder: string): string => join(folder, 'targets.json')

/** JSON is YAML. */
export const scrapeConfiguration = (folder: string): string =>
  `${JSON.stringify(
    {
      global: {scrape_interval: '5s', evaluation_interval: '15s'},
      rule_files: [packagePath('charts', 'todo5', 'files', 'prometheus', 'alerts.yaml')],
      scrape_configs: [{job_name: 'todo5', file_sd_configs: [{files: [targetsFile(folder)]}]}],
    },
    null,
    2,
  )}\n`
