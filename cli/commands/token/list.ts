import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {type ApiKey, listApiKeys} from '../../operations/api-keys.ts'
import {plainDue, shortDate} from '../../time/show-time.ts'

interface Keys {
  readonly keys: readonly ApiKey[]
}

export default class TokenList extends BaseCommand<Keys> {
  static override paged = true
  static override summary = 'The keys of your account that programs work with.'
  static override description = 'The one that commands use here is marked.'
  static override flags = {...zoneFlags}
  static override examples = ['<%= config.bin %> token list', '<%= config.bin %> token list --json']

  override async run(): Promise<Keys> {
    const {flags} = await this.parse(TokenList)
    const keys = await listApiKeys(await this.composition.context(), this.composition.http)
    const {zone, now} = this.timeView(flags)
    const {good, dim, symbols} = this.out.style
    const date = (at: string | null, otherwise: string): string =>
      at === null
        ? otherwise
        : this.out.isTTY
          ? shortDate(Date.parse(at), now, zone)
          : plainDue({at: Date.parse(at), hasTime: true}, zone)
    this.out.table(
      [
        {title: '', text: ({current}) => (current ? symbols.done : ''), paint: (cell) => good(cell)},
        {title: 'NAME', text: ({name}) => name ?? '', atLeast: 12},
        {title: 'BEGINS', text: ({start}) => `${start ?? ''}${symbols.ellipsis}`, paint: (cell) => dim(cell)},
        {title: 'MADE', text: ({created_at: at}) => date(at, '')},
        {title: 'LAST USED', text: ({last_used_at: at}) => date(at, 'never')},
        {title: 'ENDS', text: ({expires_at: at}) => date(at, 'never')},
        {title: 'ID', text: ({id}) => id, atLeast: 8, paint: (cell) => dim(cell)},
      ],
      keys,
    )
    return {keys}
  }
}
