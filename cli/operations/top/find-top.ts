import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'
import type {HostMachine} from '../../supervisor/host/host-machine.ts'
import {lookFor, type Machine} from '../../supervisor/machine.ts'
import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import {consumerLag} from '../consumer-lag.ts'
import type {TopPlace} from './top-reader.ts'

export async function findLocalTop(machine: Machine): Promise<TopPlace | undefined> {
  const found = await lookFor(machine)
  if (found.kind === 'none' || found.state.operations_url === null) return undefined
  const {version, operations_url: url} = found.state
  return {target: 'local', version, origins: [{service: null, url}], lag: undefined}
}

/** Each service answers where its health is asked for. */
export async function findHostTop(
  machine: HostMachine,
  openKafka: (brokers: string) => Promise<KafkaAdmin>,
): Promise<TopPlace | undefined> {
  const found = await lookFor(machine)
  if (found.kind === 'none') return undefined
  const {version, processes, kafka_brokers: brokers, phase} = found.state
  const origins = processes.flatMap(({name, health_url: health}) =>
    SERVICE_NAMES.some((service) => service === name) && health !== null
      ? [{service: name, url: new URL(health).origin}]
      : [],
  )
  const lag =
    brokers === null || phase !== 'ready'
      ? undefined
      : async () => {
          const admin = await openKafka(brokers)
          try {
            return await consumerLag(admin)
          } finally {
            await admin.close()
          }
        }
  return {target: 'host', version, origins, lag}
}
