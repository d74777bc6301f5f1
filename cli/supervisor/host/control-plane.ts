import {join} from 'node:path'
import {mkdir, writeFile} from 'node:fs/promises'
import {answersOk} from './answers.ts'
import {LOOPBACK} from './ports.ts'
import {asArguments, type Program} from './program.ts'

/** The one certificate authority of the sidecars; a name that mTLS checks. */
export const TRUST_DOMAIN = 'localhost'

export interface SentryOptions {
  readonly sentry: string
  readonly folder: string
  readonly logFile: string
  readonly port: number
  readonly healthPort: number
}

export const certificates = (folder: string): string => join(folder, 'ca')
/** The root certificate that sentry makes at its first start. */
export const rootCertificate = (folder: string): string => join(certificates(folder), 'ca.crt')

const SENTRY_CONFIGURATION = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: daprsystem}
spec:
  mtls: {enabled: true, workloadCertTTL: 24h, allowedClockSkew: 15m}
`

/** Gives each sidecar its certificate. In an empty folder it makes an authority of its own, and keeps it there. */
export function sentryProgram({sentry, folder, logFile, port, healthPort}: SentryOptions): Program {
  const configuration = join(folder, 'sentry.yaml')
  return {
    name: 'sentry',
    command: sentry,
    args: [
      ...asArguments({
        mode: 'standalone',
        config: configuration,
        'trust-domain': TRUST_DOMAIN,
        'issuer-credentials': certificates(folder),
        'listen-address': LOOPBACK,
        port,
        // Dapr 1.18 ignores this address (pkg/healthz) and listens on all; the answer is a status, no data.
        'healthz-listen-address': LOOPBACK,
        'healthz-port': healthPort,
        'log-as-json': true,
      }),
      // Their address would be ignored, too.
      '--enable-metrics=false',
    ],
    env: daprEnvironment(folder),
    folder,
    logFile,
    readyWithinMs: 60_000,
    stopWithinMs: 10_000,
    prepare: async () => {
      await mkdir(certificates(folder), {recursive: true, mode: 0o700})
      await writeFile(configuration, SENTRY_CONFIGURATION, {mode: 0o600})
    },
    isReady: async () => await answersOk(`http://${LOOPBACK}:${healthPort}/healthz`),
  }
}

export interface SchedulerOptions {
  readonly scheduler: string
  readonly folder: string
  readonly logFile: string
  readonly ports: {
    readonly grpc: number
    readonly health: number
    readonly metrics: number
    readonly etcdClient: number
    readonly etcdPeer: number
  }
  readonly sentryPort: number
  /** File of sentry's root certificate. */
  readonly trustAnchors: string
}

/** Keeps the jobs, in an etcd of its own. */
export function schedulerProgram(options: SchedulerOptions): Program {
  const {scheduler, folder, logFile, ports, sentryPort, trustAnchors} = options
  const id = 'dapr-scheduler-server-0'
  return {
    name: 'scheduler',
    command: scheduler,
    args: asArguments({
      mode: 'standalone',
      id,
      'listen-address': LOOPBACK,
      port: ports.grpc,
      'override-broadcast-host-port': `${LOOPBACK}:${ports.grpc}`,
      // Ignored as sentry's is.
      'healthz-listen-address': LOOPBACK,
      'healthz-port': ports.health,
      'metrics-listen-address': LOOPBACK,
      'metrics-port': ports.metrics,
      'etcd-data-dir': join(folder, 'etcd'),
      'etcd-client-listen-address': LOOPBACK,
      'etcd-client-port': ports.etcdClient,
      'etcd-initial-cluster': `${id}=http://${LOOPBACK}:${ports.etcdPeer}`,
      'tls-enabled': true,
      'trust-domain': TRUST_DOMAIN,
      'trust-anchors-file': trustAnchors,
      'sentry-address': `${LOOPBACK}:${sentryPort}`,
      'identity-directory-write': join(folder, 'identity'),
      'log-as-json': true,
    }),
    env: daprEnvironment(folder),
    folder,
    logFile,
    readyWithinMs: 60_000,
    // Killed, it would hold the lease of its jobs for 20 s more.
    stopWithinMs: 20_000,
    isReady: async () => await answersOk(`http://${LOOPBACK}:${ports.health}/healthz`),
  }
}

/** Go programs want a home; DAPR_HOST_IP keeps the machine's outward address out of what they tell each other. */
export const daprEnvironment = (folder: string): Record<string, string> => ({
  HOME: folder,
  NAMESPACE: 'default',
  DAPR_HOST_IP: LOOPBACK,
})
