import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {interruptible} from '../../interruption.ts'
import {planRotate, rotateSecret} from '../../operations/secrets/rotate-secret.ts'
import {SecretCalls} from '../../operations/secrets/secret-calls.ts'
import type {SetSecret} from '../../operations/secrets/set-secret.ts'
import {secretArgs, secretPlace, secretPlaceFlags} from '../../secret-flags.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'
import {printSet} from '../../views/secret-lines.ts'

export default class SecretRotate extends BaseCommand<SetSecret | Steps> {
  static override summary = 'Make a new value of a secret that todo5 alone has to know, and restart who reads it.'
  static override description =
    'token of each service, and BETTER_AUTH_SECRET of chat-api. Nobody is signed out and no request fails: of BETTER_AUTH_SECRET all pods first learn the new one, then use it, and accept the one before until its sessions have ended. Change that one at most once in 30 days. Run it again when it was broken off.'
  static override args = secretArgs
  static override flags = {...secretPlaceFlags, ...rehearsalFlag}
  static override examples = [
    '<%= config.bin %> secret rotate task-service/token',
    '<%= config.bin %> secret rotate BETTER_AUTH_SECRET --target oke --dry-run',
  ]

  override async run(): Promise<SetSecret | Steps> {
    const {args, flags} = await this.parse(SecretRotate)
    const {composition} = this
    const place = await secretPlace(composition, flags)
    const toolchain = await composition.toolchain()
    return await interruptible(async (signal) => {
      const calls = new SecretCalls(place, toolchain, signal)
      const plan = await planRotate(args.name, calls)
      if (flags['dry-run']) return printWould(this.out, ...plan.steps)
      const done = await rotateSecret(plan, {calls, onRestart: (name) => this.out.note(`${name} was restarted.`)})
      printSet(this.out, done, place)
      return done
    })
  }
}
