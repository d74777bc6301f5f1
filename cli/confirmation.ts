import {createInterface} from 'node:readline/promises'
import {CliError, usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'

/** Asks on the terminal before something is lost: the name of the target has to be typed, or given beforehand. */
export function confirmation(options: {
  /** Of the target. */
  name: string
  given: string | undefined
  interactive: boolean
}): (lines: readonly string[]) => Promise<void> {
  const {name, given, interactive} = options
  return async (lines) => {
    if (given === name) return
    if (given !== undefined)
      throw usageError(`--confirm ${given} does not name the target.`, 'wrong_name', `--confirm ${name}`)
    if (!interactive || !process.stdin.isTTY) {
      throw usageError(
        'This deletes all tasks, so it has to be confirmed.',
        'confirmation_needed',
        `todo5 down${name === 'local' ? '' : ` ${name}`} --delete --confirm ${name}`,
      )
    }
    process.stderr.write(`${lines.map((line) => `  ${line}`).join('\n')}\n`)
    const terminal = createInterface({input: process.stdin, output: process.stderr})
    const closed = new AbortController()
    terminal.once('close', () => closed.abort())
    terminal.once('SIGINT', () => terminal.close())
    try {
      const answer = await terminal.question(`Type ${name} to delete it: `, {signal: closed.signal})
      if (answer.trim() === name) return
    } catch (error) {
      // Ctrl-C and Ctrl-D are a no.
      if (!closed.signal.aborted) throw error
      process.stderr.write('\n')
    } finally {
      terminal.close()
    }
    throw new CliError('Nothing was deleted or stopped.', {code: 'not_confirmed', exit: EXIT.refused})
  }
}
