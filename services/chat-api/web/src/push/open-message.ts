/** What the worker tells a window when a notification was pressed. */
export interface OpenMessage {
  /** A path of the app, such as `/tasks/7`. */
  readonly open: string
}

export const isOpenMessage = (data: unknown): data is OpenMessage =>
  typeof data === 'object' &&
  data !== null &&
  'open' in data &&
  typeof data.open === 'string' &&
  /^\/(?!\/)/u.test(data.open)
