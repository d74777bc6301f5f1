import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import {type MetricsServer, serveMetrics} from '../../tools/metrics-server.ts'
import {lagMetrics} from './lag-metrics.ts'
import type {ConsumerReader} from './read-consumers.ts'

/** Looks anew whenever Prometheus asks. */
export const serveLag = async (
  address: {readonly host: string; readonly port: number},
  {admin, reader}: {readonly admin: Pick<KafkaAdmin, 'brokerCount'>; readonly reader: ConsumerReader},
): Promise<MetricsServer> =>
  await serveMetrics(address, async () => await lagMetrics(await reader.all(), await admin.brokerCount()))
