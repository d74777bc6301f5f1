/** What a compiled rule computes with. All instants are whole seconds since the epoch, UTC. */
export interface Kernel {
  /** The first occurrence that is not before `second` (which is not before the start), or NEVER. */
  next(second: number): number
  /** The `count`th occurrence from `second` on, counted from 1, or NEVER. */
  nth(second: number, count: number): number
}

/** Later than every instant, so that one comparison with the end of the rule also covers "there is none". */
export const NEVER = Infinity
