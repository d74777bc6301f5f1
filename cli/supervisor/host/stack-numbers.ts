import {Gauge, Registry} from 'prom-client'
import {createConsumerReader} from '../../operations/consumers/read-consumers.ts'
import {serveLag} from '../../operations/consumers/serve-lag.ts'
import {openKafkaAdmin} from '../../tools/kafka-admin.ts'
import {openKafkaStream} from '../../tools/kafka-stream.ts'
import {readCertificates} from './certificates.ts'
import {LOOPBACK} from './ports.ts'

export interface StackNumbers {
  readonly port: number
  stop(): Promise<void>
}

/**
 * What no program of the host target shows Prometheus by itself: how far consumers are, and how long the authority of the
 * sidecars lasts, by the name that sentry has for it. Looked at when somebody asks.
 */
export async function serveStackNumbers(brokers: string, authorityFolder: string): Promise<StackNumbers> {
  const connection = {brokers: [brokers]}
  const admin = await openKafkaAdmin(connection)
  const stream = await openKafkaStream(connection)
  const close = async (): Promise<void> => {
    await stream.close()
    await admin.close()
  }
  try {
    const reader = createConsumerReader(admin, stream, Date.now)
    const more = async (): Promise<string> => await certificateMetrics(authorityFolder)
    const server = await serveLag({host: LOOPBACK, port: 0}, {admin, reader, more})
    return {
      port: Number(new URL(server.url).port),
      stop: async () => {
        await server.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Of the authority's certificates the first to end. */
export async function certificateMetrics(folder: string): Promise<string> {
  const {authority} = await readCertificates(folder, [])
  const registry = new Registry()
  const gauge = new Gauge({
    name: 'dapr_sentry_issuercert_expiry_timestamp',
    help: 'When the certificate that those of the sidecars are signed with ends, seconds since 1970.',
    registers: [registry],
  })
  if (authority.length === 0) return ''
  gauge.set(Math.min(...authority.map(({endsAt}) => endsAt)) / 1000)
  return await registry.metrics()
}
