import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {addContext} from '../../operations/change-contexts.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

interface Added {
  readonly context: string
  readonly api_url: string
  readonly email: string
}

export default class ContextAdd extends BaseCommand<Added | Steps> {
  static override summary = 'Keep the address and key of a todo5 elsewhere.'
  static override description =
    'The key is read from standard input. For machines without a person, such as CI; people sign in with todo5 login. A key on a command line would stand in the list of processes and in the history of the shell. Commands go on talking to the one they talk to, until todo5 context use.'
  static override args = {
    name: Args.string({required: true, description: 'How to call it.'}),
    url: Args.string({required: true, description: 'Its address, such as https://todo.example.com.'}),
  }
  static override flags = {...rehearsalFlag}
  static override examples = ['<%= config.bin %> context add ci https://todo.example.com < key.txt']

  override async run(): Promise<Added | Steps> {
    const {args, flags} = await this.parse(ContextAdd)
    const {paths, http} = this.composition
    const key = await this.readInput()
    const {apiUrl, email} = await addContext({
      name: args.name,
      url: args.url,
      key,
      paths,
      http,
      dryRun: flags['dry-run'],
    })
    if (flags['dry-run']) return printWould(this.out, `keep ${apiUrl} as ${args.name}, for ${email}`)
    this.out.data(`Added ${args.name}: ${apiUrl} as ${email}.`)
    this.out.tip('use it', `todo5 context use ${args.name}`)
    return {context: args.name, api_url: apiUrl, email}
  }
}
