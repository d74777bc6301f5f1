import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {lookFor, type TargetMachine, type TargetState} from '../supervisor/machine.ts'
import {runProgram} from '../tools/run-program.ts'

/** The address of the mailbox's page, shown by the system's browser if there is one. */
export async function openPage<State extends TargetState & {readonly mailbox_url: string | null}>(
  machine: TargetMachine<State>,
  options: {browse: boolean; env: Readonly<Record<string, string | undefined>>},
): Promise<{url: string; opened: boolean}> {
  const found = await lookFor(machine)
  const url = found.kind === 'ready' ? found.state.mailbox_url : null
  if (url === null) {
    throw new CliError('todo5 does not run here.', {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: ['todo5 up        starts everything on this machine'],
    })
  }
  return {url, opened: options.browse && (await browse(url, options.env))}
}

/** Shows an address in the browser; whether a program took it. Without a screen (ssh, a server) none is asked. */
export async function browse(url: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  if (process.platform === 'darwin') return (await runProgram('open', [url])).exitCode === 0
  if (process.platform === 'win32')
    return (await runProgram('rundll32', ['url.dll,FileProtocolHandler', url])).exitCode === 0
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return false
  return (await runProgram('xdg-open', [url], {timeoutMs: 5000})).exitCode === 0
}
