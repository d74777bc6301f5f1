import {collectDefaultMetrics, Counter, Gauge, Histogram, Registry} from 'prom-client'
import type {Database} from '../database/database.ts'

/** The metrics of one service. Labels never hold an id of a user, task or event. */
export class Metrics {
  readonly registry = new Registry()

  constructor(service: string) {
    this.registry.setDefaultLabels({service})
  }

  counter<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({name, help, labelNames: [...labels], registers: [this.registry]})
  }

  gauge<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return new Gauge({name, help, labelNames: [...labels], registers: [this.registry]})
  }

  /** Buckets in seconds unless the name says otherwise. */
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({name, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry]})
  }

  /** How the connections of a service's pool are used, looked at when somebody asks. */
  watchConnections({connections}: Pick<Database, 'connections'>): void {
    const gauge: Gauge<'state'> = new Gauge({
      name: 'database_connections',
      help: 'Connections of the pool that are idle or busy, and work that waits for one.',
      labelNames: ['state'],
      registers: [this.registry],
      collect: () => {
        for (const [state, count] of Object.entries(connections())) gauge.set({state}, count)
      },
    })
  }

  /** CPU, memory, event loop and garbage collection of this process, by the names that prom-client gives them. */
  watchProcess(): void {
    // By default it wakes the process a hundred times a second.
    collectDefaultMetrics({register: this.registry, eventLoopMonitoringPrecision: 100})
  }
}
