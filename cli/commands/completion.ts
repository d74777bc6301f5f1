import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'

const FILES = {bash: 'todo5.bash', zsh: 'todo5.zsh', fish: 'todo5.fish', powershell: 'todo5.ps1'} as const
type Shell = keyof typeof FILES
const SHELLS = Object.keys(FILES) as Shell[]

export default class Completion extends BaseCommand<{shell: Shell; script: string}> {
  static override summary = 'Print what makes your shell complete todo5.'
  static override description = `Commands, flags and their values, and tasks by id or a part of the title.

bash         echo 'source <(todo5 completion bash)' >> ~/.bashrc
zsh          echo 'source <(todo5 completion zsh)' >> ~/.zshrc
fish         todo5 completion fish > ~/.config/fish/completions/todo5.fish
powershell   todo5 completion powershell | Out-String | Invoke-Expression

Then open a new shell.`
  static override args = {
    shell: Args.string({required: true, options: SHELLS, description: `One of ${SHELLS.join(', ')}.`}),
  }
  static override examples = ['<%= config.bin %> completion bash', '<%= config.bin %> completion fish']

  override async run(): Promise<{shell: Shell; script: string}> {
    const {args} = await this.parse(Completion)
    const shell = args.shell as Shell
    const script = await readFile(join(this.composition.root, 'templates', 'completion', FILES[shell]), 'utf8')
    this.out.raw(script.trimEnd())
    return {shell, script}
  }
}
