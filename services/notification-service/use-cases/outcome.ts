/** What became of deliveries of one user. */
export type Outcome =
  | {readonly kind: 'sent'}
  | {readonly kind: 'failed'; readonly code: string; readonly reason: string; readonly tried: boolean}
  | {readonly kind: 'retry'; readonly code: string; readonly reason: string; readonly delaySeconds: number}
  | {readonly kind: 'cancelled'}
