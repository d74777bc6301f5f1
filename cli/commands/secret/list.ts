import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {interruptible} from '../../interruption.ts'
import {type ListedSecret, listSecrets} from '../../operations/secrets/list-secrets.ts'
import {SecretCalls} from '../../operations/secrets/secret-calls.ts'
import {secretPlace, secretPlaceFlags} from '../../secret-flags.ts'
import {printSecrets} from '../../views/secret-lines.ts'

export default class SecretList extends BaseCommand<{secrets: readonly ListedSecret[]}> {
  static override paged = true
  static override summary =
    'Secrets of a cluster: where they are kept, how old, who reads them, and whether all is in step.'
  static override description =
    'Never shows a value. In step is what is the same in the vault, in the cluster, and in the pods that run.'
  static override flags = {...secretPlaceFlags, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> secret list',
    '<%= config.bin %> secret list --target oke --env staging',
  ]

  override async run(): Promise<{secrets: readonly ListedSecret[]}> {
    const {flags} = await this.parse(SecretList)
    const place = await secretPlace(this.composition, flags)
    const toolchain = await this.composition.toolchain()
    const {secrets, vaultTrouble} = await interruptible(
      async (signal) => await listSecrets(new SecretCalls(place, toolchain, signal)),
    )
    printSecrets(this.out, secrets, this.timeView(flags))
    if (vaultTrouble !== undefined) this.out.warning(`The vault was not asked: ${vaultTrouble}`)
    return {secrets}
  }
}
