import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {ACCESS_SCOPES, type AccessTokenResponse} from '../../../services/contracts/access-token.ts'
import {formatDuration} from '../../../services/domain/dates/duration.ts'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {usageError} from '../../errors.ts'
import {createAccessToken, createApiKey, type CreatedApiKey} from '../../operations/api-keys.ts'
import {parseDuration} from '../../operations/parse-duration.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

const YEAR = 365 * 86_400
const HOUR = 3600

export default class TokenCreate extends BaseCommand<CreatedApiKey | AccessTokenResponse | Steps> {
  static override summary = 'Make a key for a program, or a token for a model.'
  static override description =
    'A key may do all that you may, and is shown this once, on standard output. With --scope it is a token that works at /mcp alone, does what it names, and holds for at most a day and no longer than the key that made it.'
  static override args = {
    name: Args.string({description: 'What the key is for; not with --scope.'}),
  }
  static override flags = {
    expires: Flags.string({
      helpValue: 'FOR',
      description: 'How long it holds, such as 30d (default: 365d; of a token 1h).',
    }),
    'no-end': Flags.boolean({exclusive: ['expires', 'scope'], description: 'The key holds until it is revoked.'}),
    scope: Flags.string({
      options: [...ACCESS_SCOPES],
      multiple: true,
      description: 'What a token may do; may be given twice.',
    }),
    ...rehearsalFlag,
  }
  static override examples = [
    '<%= config.bin %> token create "backup script" --expires 30d',
    '<%= config.bin %> token create --scope tasks:read --expires 2h',
  ]

  override async run(): Promise<CreatedApiKey | AccessTokenResponse | Steps> {
    const {args, flags} = await this.parse(TokenCreate)
    const {http} = this.composition
    const seconds = flags.expires === undefined ? undefined : parseDuration(flags.expires, '--expires')
    if (flags.scope) {
      if (args.name !== undefined) {
        throw usageError(
          'A token with scopes has no name.',
          'conflicting_flags',
          'todo5 token create --scope tasks:read        a token for a model',
          'todo5 token create NAME        a key for a program',
        )
      }
      const scopes = ACCESS_SCOPES.filter((scope) => flags.scope!.includes(scope))
      if (flags['dry-run'])
        return printWould(
          this.out,
          `make a token for ${scopes.join(' ')} that holds for ${formatDuration(seconds ?? HOUR)}`,
        )
      const made = await createAccessToken(await this.composition.context(), http, {scopes, seconds: seconds ?? HOUR})
      this.out.raw(made.token)
      this.out.note(`Works at ${made.audience} until ${made.expires_at}.`)
      return made
    }
    if (args.name === undefined || args.name.trim() === '')
      throw usageError('What is the key for?', 'name_missing', 'todo5 token create "backup script"')
    if (flags['dry-run']) {
      const ends = flags['no-end'] ? 'until it is revoked' : `for ${formatDuration(seconds ?? YEAR)}`
      return printWould(this.out, `make a key "${args.name.trim()}" that holds ${ends}`)
    }
    const made = await createApiKey(await this.composition.context(), http, {
      name: args.name.trim(),
      seconds: flags['no-end'] ? null : (seconds ?? YEAR),
    })
    this.out.raw(made.key)
    this.out.note('It is shown this once. Programs send it as x-api-key.')
    return made
  }
}
