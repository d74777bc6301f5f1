import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {clusterCalls} from '../../operations/release/cluster-calls.ts'
import {type ReleaseDetails, showRelease} from '../../operations/release/list-releases.ts'
import {environmentFlag, diffFlag, placeOfFlags, releaseArgs, releasePlaceFlags} from '../../release-flags.ts'
import {printRelease} from '../../views/release-lines.ts'

export default class ReleaseShow extends BaseCommand<ReleaseDetails> {
  static override paged = true
  static override summary = 'One revision of a cluster: what it is, whether it is good, why it failed.'
  static override description = 'With --diff also what differs from the last good revision before it.'
  static override args = {
    ...releaseArgs,
    revision: Args.integer({min: 1, description: 'Which one (default: the one that is there now).'}),
  }
  static override flags = {...diffFlag, ...environmentFlag, ...releasePlaceFlags, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> release show minikube',
    '<%= config.bin %> release show minikube 5 --diff',
  ]

  override async run(): Promise<ReleaseDetails> {
    const {args, flags} = await this.parse(ReleaseShow)
    const place = await placeOfFlags(this.composition, args.target, flags)
    const calls = clusterCalls(await this.composition.toolchain())
    const release = await showRelease(calls, place, args.revision, flags.diff ?? false)
    printRelease(this.out, release, this.timeView(flags))
    return release
  }
}
