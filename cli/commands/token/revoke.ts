import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {confirmChange} from '../../confirm-change.ts'
import {confirmedFlags} from '../../flags.ts'
import {type ApiKey, findApiKey, revokeApiKey} from '../../operations/api-keys.ts'

interface Revoked {
  readonly key: ApiKey
  readonly dry_run: boolean
}

export default class TokenRevoke extends BaseCommand<Revoked> {
  static override summary = 'End a key of your account, and all tokens that it made.'
  static override args = {
    key: Args.string({required: true, description: 'Its name or its id; see todo5 token list.'}),
  }
  static override flags = {...confirmedFlags}
  static override examples = [
    '<%= config.bin %> token revoke "backup script"',
    '<%= config.bin %> token revoke "backup script" --yes --json',
  ]

  override async run(): Promise<Revoked> {
    const {args, flags} = await this.parse(TokenRevoke)
    const {http} = this.composition
    const context = await this.composition.context()
    const key = await findApiKey(context, http, args.key)
    const name = key.name ?? key.id
    const what = `${name} (${key.start ?? ''}…) will work no longer.`
    if (flags['dry-run']) {
      this.out.data(what)
      return {key, dry_run: true}
    }
    await confirmChange({yes: flags.yes, ask: this.ask, what, question: 'Revoke it?'})
    await revokeApiKey(context, http, key)
    this.out.data(`Revoked ${name}. Within 30 seconds nothing believes it any more.`)
    return {key, dry_run: false}
  }
}
