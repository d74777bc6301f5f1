import {execFile} from 'node:child_process'
import type {Mail, Mailer} from '../../ports/mailer.ts'
import type {Logger} from '../../runtime/logger.ts'

export interface NotifyCommandOptions {
  /** A program and its arguments; run as they are, without a shell. */
  readonly command: readonly string[]
  readonly logger: Logger
  /** The program is ended after this, ms. */
  readonly timeoutMs?: number
}

/**
 * A mailer that also runs a program of the user after each mail, with subject and text on its standard input. The mail
 * decides over the reminder: a program that fails is logged and does not send the mail again.
 */
export function createNotifyingMailer(mailer: Mailer, options: NotifyCommandOptions): Mailer {
  if (!options.command[0]) throw new TypeError('the notify command names no program')
  return {
    async send(mail, sendOptions) {
      const receipt = await mailer.send(mail, sendOptions)
      try {
        await run(options, mail)
      } catch (error) {
        options.logger.warn({error, program: options.command[0]}, 'the notify command failed')
      }
      return receipt
    },
  }
}

async function run({command, timeoutMs = 5000}: NotifyCommandOptions, mail: Mail): Promise<void> {
  const [program = '', ...parameters] = command
  await new Promise<void>((resolve, reject) => {
    const settings = {timeout: timeoutMs, killSignal: 'SIGKILL', windowsHide: true, maxBuffer: 64 * 1024} as const
    const child = execFile(program, parameters, settings, (error) => (error ? reject(error) : resolve()))
    // A program that does not read its input is not an error.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(`${mail.subject}\n\n${mail.text}`)
  })
}
