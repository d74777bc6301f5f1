import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {type ChangedSetting, changeSetting} from '../../operations/settings.ts'
import {SETTING_NAMES} from '../../settings/keys.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

export default class ConfigUnset extends BaseCommand<ChangedSetting | Steps> {
  static override summary = 'Take a setting back.'
  static override args = {
    setting: Args.string({required: true, description: `One of ${SETTING_NAMES.join(', ')}.`}),
  }
  static override flags = {
    project: Flags.boolean({description: 'In the .todo5.json of this folder, or of the nearest above.'}),
    ...rehearsalFlag,
  }
  static override examples = ['<%= config.bin %> config unset time_zone']

  override async run(): Promise<ChangedSetting | Steps> {
    const {args, flags} = await this.parse(ConfigUnset)
    const {settings, folder} = this.composition
    const changed = await changeSetting({
      key: args.setting,
      value: null,
      project: flags.project,
      folder,
      settings,
      dryRun: flags['dry-run'],
    })
    if (flags['dry-run']) return printWould(this.out, `take ${changed.key} out of ${changed.file}`)
    this.out.data(`${changed.key} is no longer set in ${changed.file}.`)
    return changed
  }
}
