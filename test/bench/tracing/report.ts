import type {Report as AnyReport} from '../contract.ts'
import {table} from '../table.ts'

export interface Report extends AnyReport {
  readonly rounds: number
  /** In each round. */
  readonly requests: number
  readonly spans_per_request: number
  readonly samplings: readonly {
    /** Null: nothing records spans. */
    readonly sampling: number | null
    /** Median of the rounds. */
    readonly cpu_us_per_request: number
    /** To what the same round took without, median. */
    readonly ratio: number
  }[]
}

export function print(report: AnyReport): string {
  const {rounds, requests, spans_per_request: spans, samplings} = report as Report
  const without = samplings.find(({sampling}) => sampling === null)!.cpu_us_per_request
  const rows = samplings.map(({sampling, cpu_us_per_request: cpu, ratio}) => [
    sampling === null ? 'no Zipkin' : `sampling ${sampling}`,
    cpu.toFixed(0),
    ratio.toFixed(2),
    sampling === null ? '' : ((cpu - without) / spans).toFixed(1),
  ])
  return [
    `CPU of one process for a request that does nothing but ${spans} steps with a span each, until its spans are sent; ${rounds} rounds of ${requests} requests in changing order, medians. A real request does more, so the ratio is the worst case; the µs of a span are what counts.`,
    table(['traces', 'µs CPU a request', 'ratio to none', 'µs a span'], rows),
  ].join('\n\n')
}
