/** What was seen last on this device, so that a page shows it at once, and reads it again meanwhile. */
export type Snapshot = readonly (readonly [key: readonly unknown[], data: unknown])[]

/** Its name in the store of the device. */
export const LAST = 'last'
