import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {type ChangedSetting, changeSetting} from '../../operations/settings.ts'
import {SETTING_NAMES} from '../../settings/keys.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

export default class ConfigSet extends BaseCommand<ChangedSetting | Steps> {
  static override summary = 'Set something for all commands.'
  static override args = {
    setting: Args.string({required: true, description: `One of ${SETTING_NAMES.join(', ')}.`}),
    value: Args.string({required: true, description: 'Its value.'}),
  }
  static override flags = {
    project: Flags.boolean({description: 'For everybody in this folder and below, in .todo5.json.'}),
    ...rehearsalFlag,
  }
  static override examples = [
    '<%= config.bin %> config set time_zone Europe/Berlin',
    '<%= config.bin %> config set color never',
    '<%= config.bin %> config set context host --project',
  ]

  override async run(): Promise<ChangedSetting | Steps> {
    const {args, flags} = await this.parse(ConfigSet)
    const {settings, folder} = this.composition
    const changed = await changeSetting({
      key: args.setting,
      value: args.value,
      project: flags.project,
      folder,
      settings,
      dryRun: flags['dry-run'],
    })
    if (flags['dry-run']) return printWould(this.out, `set ${changed.key} to ${changed.value} in ${changed.file}`)
    this.out.data(`${changed.key} is ${changed.value} in ${changed.file}.`)
    const {value, from, sources} = settings.explain(changed.key)
    const before = sources.findIndex(({source}) => source === changed.file)
    if (value !== null && sources.findIndex(({source}) => source === from) < before)
      this.out.warning(`Not here: ${from} says ${value}, and goes before.`)
    return changed
  }
}
