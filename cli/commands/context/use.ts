import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {useContext} from '../../operations/change-contexts.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

interface Used {
  readonly context: string
}

export default class ContextUse extends BaseCommand<Used | Steps> {
  static override summary = 'Talk to another todo5 from now on.'
  static override description =
    'local and host are what runs on this machine; others come from todo5 login and todo5 context add. For one command alone there is --context, for a shell TODO5_CONTEXT, for a folder todo5 config set context NAME --project.'
  static override args = {context: Args.string({required: true, description: 'Its name.'})}
  static override flags = {...rehearsalFlag}
  static override examples = ['<%= config.bin %> context use host', '<%= config.bin %> context use work']

  override async run(): Promise<Used | Steps> {
    const {args, flags} = await this.parse(ContextUse)
    const {paths, settings} = this.composition
    await useContext(paths, args.context, flags['dry-run'])
    if (flags['dry-run']) return printWould(this.out, `let commands talk to ${args.context}`)
    this.out.data(`Commands talk to ${args.context} now.`)
    const {value, from} = settings.explain('context', args.context)
    if (value !== args.context) this.out.warning(`Not here: ${from} says ${value}, and goes before.`)
    return {context: args.context}
  }
}
