import type {Composition} from './composition.ts'
import {CliError} from './errors.ts'
import type {Output} from './output.ts'

/** `todo5` alone: what a newcomer does first; on a terminal also how things stand. */
export async function showHome(composition: Composition, out: Output): Promise<void> {
  const {bold} = out.style
  out.data('todo5: tasks that repeat and remind, and the tools to run them')
  if (out.isTTY) out.data(`  ${await stateLine(composition)}`)
  const rows: readonly (readonly [command: string, meaning: string])[] = [
    ['todo5 up', 'start everything on this machine, no Docker'],
    ['todo5 add "pay rent on the first of every month at 9"', ''],
    ['todo5 today', 'what is due'],
    ['todo5 done rent', 'complete it; the next one appears'],
    ['todo5 chat', 'talk to your list'],
  ]
  for (const [command, meaning] of rows) {
    out.data(`  ${bold(command)}${meaning === '' ? '' : `${' '.repeat(26 - command.length)}${meaning}`}`)
  }
  out.data('  Elsewhere: todo5 login URL   Check: todo5 doctor   All commands: todo5 help')
}

async function stateLine(composition: Composition): Promise<string> {
  try {
    const {name, apiUrl} = await composition.context()
    return `${name} · ${apiUrl}`
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return error.code === 'not_running' ? 'Nothing runs here yet.' : error.message
  }
}
