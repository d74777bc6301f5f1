import {createInterface} from 'node:readline'
import type {Readable, Writable} from 'node:stream'
import {interrupted} from '../interruption.ts'

export type Typed =
  | {readonly kind: 'line'; readonly text: string}
  /** Ctrl-C on an empty line; on another one it empties the line. */
  | {readonly kind: 'interrupt'}
  /** Ctrl-D, or the terminal is gone. */
  | {readonly kind: 'end'}

/** Lines that a person types, one after the other, with those of before on the arrow keys. */
export interface LineReader {
  read(prompt: string): Promise<Typed>
  /** Runs what Ctrl-C stops; it rejects then. */
  stoppable(work: (signal: AbortSignal) => Promise<void>): Promise<void>
}

/**
 * Between two lines the terminal is as it was before, so that Ctrl-C is a signal and what is typed meanwhile waits. Lines
 * that were pasted together come one after the other.
 */
export function openLineReader(input: Readable, output: Writable): LineReader {
  let history: string[] = []
  let begun = ''
  const waiting: string[] = []

  const type = async (prompt: string): Promise<Typed> => {
    const {promise, resolve} = Promise.withResolvers<Typed>()
    const terminal = createInterface({input, output, terminal: true, prompt, history, removeHistoryDuplicates: true})
    terminal.on('history', (lines: string[]) => {
      history = [...lines]
    })
    terminal.on('line', (text) => {
      waiting.push(text)
      resolve({kind: 'line', text})
    })
    terminal.on('SIGINT', () => {
      if (terminal.line === '') {
        output.write('^C')
        resolve({kind: 'interrupt'})
        return
      }
      terminal.write(null, {ctrl: true, name: 'e'})
      terminal.write(null, {ctrl: true, name: 'u'})
    })
    terminal.on('close', () => resolve({kind: 'end'}))
    terminal.prompt()
    if (begun !== '') terminal.write(begun)
    const typed = await promise
    // What was pasted without its end stays to be finished.
    begun = typed.kind === 'line' ? terminal.line : ''
    terminal.close()
    if (typed.kind !== 'line') output.write('\n')
    return typed
  }

  return {
    async read(prompt) {
      const pasted = waiting.shift()
      if (pasted !== undefined) {
        output.write(`${prompt}${pasted}\n`)
        return {kind: 'line', text: pasted}
      }
      const typed = await type(prompt)
      if (typed.kind === 'line') waiting.shift()
      return typed
    },
    async stoppable(work) {
      const controller = new AbortController()
      const stop = (): void => controller.abort(interrupted('Stopped.'))
      process.on('SIGINT', stop)
      try {
        await work(controller.signal)
      } finally {
        process.off('SIGINT', stop)
      }
    },
  }
}
