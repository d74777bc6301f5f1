import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {confirmLeaving, leftBehind} from '../../confirm-leaving.ts'
import {confirmedFlags} from '../../flags.ts'
import {deleteContext} from '../../operations/change-contexts.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

interface Deleted {
  readonly context: string
}

export default class ContextDelete extends BaseCommand<Deleted | Steps> {
  static override summary = 'Forget a todo5 elsewhere, and its key here.'
  static override description =
    'The key goes on to count there: todo5 logout --context NAME ends the one that todo5 login made, the settings of the web app there end every other. While changes wait here to be sent it asks first.'
  static override args = {context: Args.string({required: true, description: 'Its name.'})}
  static override flags = {...confirmedFlags}
  static override examples = ['<%= config.bin %> context delete work']

  override async run(): Promise<Deleted | Steps> {
    const {args, flags} = await this.parse(ContextDelete)
    const {paths} = this.composition
    const {api_url: url} = await deleteContext(paths, args.context, true)
    if (flags['dry-run']) {
      const left = await leftBehind(args.context, paths.state)
      if (left !== undefined) this.out.warning(left)
      return printWould(this.out, `forget ${args.context} and its key`)
    }
    await confirmLeaving({context: args.context, stateDir: paths.state, yes: flags.yes, ask: this.ask})
    await deleteContext(paths, args.context)
    this.out.data(`Forgot ${args.context}.`)
    this.out.note(`Its key still counts at ${new URL(url).origin}; end it in the settings there.`)
    return {context: args.context}
  }
}
