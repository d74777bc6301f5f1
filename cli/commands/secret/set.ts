import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {CliError, usageError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {readTextFile} from '../../file-or-value.ts'
import {interruptible} from '../../interruption.ts'
import {SecretCalls} from '../../operations/secrets/secret-calls.ts'
import {
  generated,
  needSecret,
  needWellFormed,
  planSet,
  setSecret,
  type SetSecret,
} from '../../operations/secrets/set-secret.ts'
import {secretArgs, secretPlace, secretPlaceFlags} from '../../secret-flags.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'
import {printSet} from '../../views/secret-lines.ts'

export default class SecretSet extends BaseCommand<SetSecret | Steps> {
  static override summary = 'Give a secret of a cluster a value, and restart who reads it.'
  static override description =
    'The value is typed unseen, or read from standard input or a file; as an argument everybody on the machine could see it. It is looked at first: what cannot be right is refused. On clouds it goes into the vault, and External Secrets brings it into the cluster. Restarts are rollouts: nobody notices.'
  static override args = secretArgs
  static override flags = {
    file: Flags.string({helpValue: 'FILE', exclusive: ['generate'], description: 'Holds the value.'}),
    generate: Flags.boolean({description: 'A random value, for what todo5 alone has to know.'}),
    restart: Flags.boolean({
      allowNo: true,
      description:
        'Restart who reads it, which is done anyway unless it is a DATABASE_URL whose login todo5 deploy has to make first; with --no-restart they have it from their next start on.',
    }),
    ...secretPlaceFlags,
    ...rehearsalFlag,
  }
  static override examples = [
    '<%= config.bin %> secret set MODEL_KEY --target oke < key.txt',
    '<%= config.bin %> secret set notification-service/SMTP_URL',
  ]

  override async run(): Promise<SetSecret | Steps> {
    const {args, flags} = await this.parse(SecretSet)
    const {composition} = this
    const named = needSecret(args.name)
    if (flags.generate && named.key.kind !== 'random')
      throw usageError(
        `${args.name} is not random: todo5 cannot make it.`,
        'not_random',
        `todo5 secret set ${args.name} < FILE`,
      )
    const place = await secretPlace(composition, flags)
    const toolchain = await composition.toolchain()
    return await interruptible(async (signal) => {
      const calls = new SecretCalls(place, toolchain, signal)
      if (flags['dry-run']) return printWould(this.out, ...(await planSet(args.name, flags.restart, calls)).steps)
      const value = flags.generate ? generated() : await this.#value(args.name, flags.file)
      calls.hide(value)
      needWellFormed(named, value, composition.now())
      const plan = await planSet(args.name, flags.restart, calls)
      const done = await setSecret(plan, value, {
        calls,
        restart: flags.restart,
        onRestart: (name) => this.out.note(`${name} has it.`),
      })
      printSet(this.out, done, place)
      return done
    })
  }

  /** Without the end of its last line, which editors and `echo` add. */
  async #value(name: string, file: string | undefined): Promise<string> {
    const text = file === undefined ? await this.#typed(name) : await readTextFile(file)
    return text.replace(/\r?\n$/u, '')
  }

  async #typed(name: string): Promise<string> {
    if (!this.ask) return await this.readInput()
    const typed = await this.ask([], `${name}: `, {hidden: true})
    if (typed === undefined) throw new CliError('Nothing was changed.', {code: 'not_confirmed', exit: EXIT.refused})
    return typed
  }
}
