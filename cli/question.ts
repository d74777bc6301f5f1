import {createInterface} from 'node:readline/promises'
import {Writable} from 'node:stream'

/** What a person answers; undefined for Ctrl-C and Ctrl-D, which are a no. `hidden`: what they type is not shown. */
export type Ask = (
  lines: readonly string[],
  prompt: string,
  options?: {readonly hidden?: boolean},
) => Promise<string | undefined>

/** Asks on the terminal of this process; only where a person sits at both ends. */
export const askOnTerminal: Ask = async (lines, prompt, {hidden = false} = {}) => {
  process.stderr.write(lines.map((line) => `${line}\n`).join(''))
  const terminal = hidden
    ? createInterface({input: process.stdin, output: nowhere(), terminal: true, historySize: 0})
    : createInterface({input: process.stdin, output: process.stderr})
  // Not before it listens: what is typed at once would be shown.
  if (hidden) process.stderr.write(prompt)
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  terminal.once('SIGINT', () => terminal.close())
  try {
    return (await terminal.question(prompt, {signal: closed.signal})).trim()
  } catch (error) {
    if (!closed.signal.aborted) throw error
    process.stderr.write('\n')
    return undefined
  } finally {
    terminal.close()
    if (hidden) process.stderr.write('\n')
  }
}

/** Where what a person types is echoed to. */
const nowhere = (): Writable => new Writable({write: (_chunk, _encoding, done) => done()})

/** All of standard input as text, to its end. */
export async function readStandardInput(): Promise<string> {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin) text += String(chunk)
  return text
}
