export interface Lateness {
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
  readonly early: number
}
