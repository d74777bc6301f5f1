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
    ['todo5 task add "Pay rent" --repeat "monthly on the 1st at 9"', ''],
    ['todo5 task list', 'what is due'],
    ['todo5 task done rent', 'complete it; the next one appears'],
    ['todo5 recurrence preview "weekdays at 9"', ''],
  ]
  for (const [command, meaning] of rows) {
    out.data(`  ${bold(command)}${meaning === '' ? '' : `${' '.repeat(26 - command.length)}${meaning}`}`)
  }
  out.data('  All commands: todo5 help')
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
