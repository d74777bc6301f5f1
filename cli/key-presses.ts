import type {ReadStream} from 'node:tty'

/** Calls `pressed` with each key until the answer is called; Ctrl-C is one of them. Undefined where nobody sits. */
export type ListenToKeys = (pressed: (key: string) => void) => () => void

/** The terminal gives each key at once meanwhile, and shows none. */
export const listenToKeys =
  (input: ReadStream): ListenToKeys =>
  (pressed) => {
    const hear = (keys: string): void => {
      for (const key of keys) pressed(key)
    }
    input.setRawMode(true).setEncoding('utf8').on('data', hear).resume()
    return () => void input.off('data', hear).setRawMode(false).pause()
  }

const CTRL_C = '\u0003'

/** Whether it means: end. */
export const endsIt = (key: string): boolean => key === 'q' || key === 'Q' || key === CTRL_C
