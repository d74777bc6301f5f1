import {BaseCommand} from '../../base-command.ts'
import {type ListedContext, listContexts} from '../../operations/list-contexts.ts'

interface Contexts {
  readonly contexts: readonly ListedContext[]
}

const STATES: Readonly<Record<ListedContext['state'], string>> = {
  running: 'runs on this machine',
  starting: 'is starting on this machine',
  stopped: 'does not run',
  elsewhere: 'elsewhere',
}

export default class ContextList extends BaseCommand<Contexts> {
  static override summary = 'Which todo5 commands can talk to, and which one they do.'
  static override examples = ['<%= config.bin %> context list', '<%= config.bin %> context list --json']

  override async run(): Promise<Contexts> {
    await this.parse(ContextList)
    const {paths, settings} = this.composition
    const contexts = await listContexts(paths, async () => await this.composition.context())
    const {good, symbols} = this.out.style
    this.out.table(
      [
        {
          title: '',
          text: ({current}) => (current ? symbols.done : ''),
          paint: (cell) => good(cell),
        },
        {title: 'NAME', text: ({name}) => name},
        {title: 'STATE', text: ({state}) => STATES[state]},
        {title: 'ADDRESS', text: ({api_url: url}) => url?.replace(/\/api\/v1$/u, '') ?? '', atLeast: 12},
      ],
      contexts,
    )
    const chosen = settings.get('context')
    if (chosen !== undefined && !contexts.some(({name}) => name === chosen))
      this.out.warning(`There is no context ${chosen}, which ${settings.explain('context').from} names.`)
    return {contexts}
  }
}
