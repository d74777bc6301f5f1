import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {clusterCalls} from '../../operations/release/cluster-calls.ts'
import {listReleases, type ReleaseRevision} from '../../operations/release/list-releases.ts'
import {environmentFlag, placeOfFlags, releaseArgs, releasePlaceFlags} from '../../release-flags.ts'
import {printReleases} from '../../views/release-lines.ts'

export default class ReleaseList extends BaseCommand<{revisions: ReleaseRevision[]}> {
  static override paged = true
  static override summary = 'Revisions of a cluster, the newest first: which are good, which failed, and why.'
  static override args = releaseArgs
  static override flags = {...environmentFlag, ...releasePlaceFlags, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> release list minikube',
    '<%= config.bin %> release list my-context --json',
  ]

  override async run(): Promise<{revisions: ReleaseRevision[]}> {
    const {args, flags} = await this.parse(ReleaseList)
    const place = await placeOfFlags(this.composition, args.target, flags)
    const revisions = await listReleases(clusterCalls(await this.composition.toolchain()), place)
    printReleases(this.out, revisions, this.timeView(flags))
    return {revisions}
  }
}
