import {z} from 'zod'
import {SERVICE_NAMES, type ServiceName} from '../../../services/contracts/service-names.ts'

/**
 * <data>/host/state/wanted.json: what a person has asked for of single services. The command line writes it, the
 * supervisor reads it again and again and does what is missing, also after it was started anew.
 */
export const hostWanted = z.object({
  /** Services that stay down with their sidecars. */
  stopped: z.array(z.enum(SERVICE_NAMES)),
  /** How often each was asked to start anew. */
  restarts: z.partialRecord(z.enum(SERVICE_NAMES), z.int()),
  /** The version of the Dapr resources that is to be loaded (dapr-versions.ts); null: the one there is. */
  dapr_version: z.int().nullable(),
})
export type HostWanted = z.infer<typeof hostWanted>

export const NOTHING_WANTED: HostWanted = {stopped: [], restarts: {}, dapr_version: null}

/** What a service is to be brought to; the same text means that there is nothing to do. */
export const goalOf = ({stopped, restarts}: HostWanted, service: ServiceName): string =>
  stopped.includes(service) ? 'stopped' : `running ${restarts[service] ?? 0}`

export const withStopped = (wanted: HostWanted, services: readonly ServiceName[]): HostWanted => ({
  ...wanted,
  stopped: SERVICE_NAMES.filter((name) => wanted.stopped.includes(name) || services.includes(name)),
})

export const withoutStopped = (wanted: HostWanted, services: readonly ServiceName[]): HostWanted => ({
  ...wanted,
  stopped: wanted.stopped.filter((name) => !services.includes(name)),
})

export const withRestarts = (wanted: HostWanted, services: readonly ServiceName[]): HostWanted => ({
  ...wanted,
  restarts: {
    ...wanted.restarts,
    ...Object.fromEntries(services.map((name) => [name, (wanted.restarts[name] ?? 0) + 1])),
  },
})
