import {Counter, Gauge, Histogram, Registry} from 'prom-client'

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
}
