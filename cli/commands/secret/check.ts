import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {EXIT} from '../../exit-codes.ts'
import {interruptible} from '../../interruption.ts'
import {type CheckedSecret, checkSecrets} from '../../operations/secrets/check-secrets.ts'
import {SecretCalls} from '../../operations/secrets/secret-calls.ts'
import {secretPlace, secretPlaceFlags} from '../../secret-flags.ts'
import {printChecks} from '../../views/secret-lines.ts'

export default class SecretCheck extends BaseCommand<{secrets: readonly CheckedSecret[]}> {
  static override summary = 'Whether a cluster has all secrets that todo5 needs, and whether they can be right.'
  static override description = 'Never shows a value. Ends with 4 when one is missing or wrong.'
  static override flags = {
    reachable: Flags.boolean({
      description: 'Also whether this machine reaches the databases, brokers and mail servers that they lead to.',
    }),
    ...secretPlaceFlags,
  }
  static override examples = [
    '<%= config.bin %> secret check',
    '<%= config.bin %> secret check --target oke --reachable',
  ]

  override async run(): Promise<{secrets: readonly CheckedSecret[]}> {
    const {flags} = await this.parse(SecretCheck)
    const place = await secretPlace(this.composition, flags)
    const toolchain = await this.composition.toolchain()
    const secrets = await interruptible(
      async (signal) =>
        await checkSecrets({
          calls: new SecretCalls(place, toolchain, signal),
          reachable: flags.reachable,
          now: this.composition.now(),
        }),
    )
    printChecks(this.out, secrets, place)
    if (secrets.some(({ok}) => !ok)) this.failWith(EXIT.refused)
    return {secrets}
  }
}
