/** What became of deliveries that went out together, or were given up together. */
export type Outcome =
  | {
      readonly kind: 'sent'
      /** What the other side said, by id of the delivery. */
      readonly answers: ReadonlyMap<number, string>
    }
  | {readonly kind: 'failed'; readonly code: string; readonly reason: string; readonly tried: boolean}
  | {readonly kind: 'retry'; readonly code: string; readonly reason: string; readonly delaySeconds: number}
  | {readonly kind: 'cancelled'}

/** One line, at most 500 characters: it goes into rows, events and terminals, and comes from somebody else's server. */
export const plainAnswer = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 500)
