import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import {type MetricsServer, serveMetrics} from '../../tools/metrics-server.ts'
import {lagMetrics} from './lag-metrics.ts'
import type {ConsumerReader} from './read-consumers.ts'

export interface LagSources {
  readonly admin: Pick<KafkaAdmin, 'brokerCount'>
  readonly reader: ConsumerReader
  /** Metrics of others that go with it, as Prometheus reads them. */
  readonly more?: () => Promise<string>
}

/** Looks anew whenever Prometheus asks. */
export const serveLag = async (
  address: {readonly host: string; readonly port: number},
  {admin, reader, more = async () => ''}: LagSources,
): Promise<MetricsServer> =>
  await serveMetrics(address, async () => {
    const lag = await lagMetrics(await reader.all(), await admin.brokerCount())
    return `${lag}${await more()}`
  })
