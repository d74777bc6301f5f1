import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import type {Environment} from '../environment-variables.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** What a person wrote in an editor. */
export interface Edited {
  readonly text: string
  /** Where it lies until `discard`, for whoever wants it back when something goes wrong. */
  readonly file: string
  readonly discard: () => Promise<void>
}

/** Lets the person at the terminal write; the text is what the editor begins with. */
export type Edit = (text: string) => Promise<Edited>

/** As git chooses it: VISUAL, but not where nothing can be drawn; EDITOR; what every system has. */
export function editorOf({VISUAL, EDITOR, TERM}: Environment, platform: NodeJS.Platform): string {
  const drawn = TERM === 'dumb' ? undefined : VISUAL
  return drawn || EDITOR || (platform === 'win32' ? 'notepad' : 'vi')
}

/** Waits until the editor ends. Its name may carry arguments, as in `code --wait`, so a shell starts it. */
export async function edit(text: string, env: Environment, platform: NodeJS.Platform): Promise<Edited> {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-'))
  const file = join(folder, 'TASKS')
  const discard = async (): Promise<void> => await rm(folder, {recursive: true, force: true})
  try {
    await writeFile(file, text, {mode: 0o600})
    const editor = editorOf(env, platform)
    const [program, ...args] =
      platform === 'win32' ? ['cmd', '/c', `${editor} "${file}"`] : ['sh', '-c', `${editor} "$1"`, 'todo5', file]
    const {exitCode} = await execa(program, args, {reject: false, stdio: 'inherit'})
    if (exitCode !== 0) throw failed(editor, exitCode)
    return {text: await readFile(file, 'utf8'), file, discard}
  } catch (error) {
    await discard()
    throw error
  }
}

const failed = (editor: string, exitCode: number | undefined): CliError =>
  new CliError(
    `The editor "${editor}" ${exitCode === 127 ? 'was not found' : 'did not end well'}, so nothing was added.`,
    {
      code: 'editor_failed',
      exit: EXIT.outsideProgram,
      hints: exitCode === 127 ? ['set VISUAL or EDITOR to one that there is: EDITOR=nano todo5 add --editor'] : [],
    },
  )
