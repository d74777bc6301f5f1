import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {readSelection} from '../../client/selection.ts'
import {SETTING_NAMES, settingNamed} from '../../settings/keys.ts'

interface Got {
  readonly key: string
  readonly value: string | null
}

export default class ConfigGet extends BaseCommand<Got> {
  static override summary = 'The value of a setting; nothing when nobody set it.'
  static override args = {
    setting: Args.string({required: true, description: `One of ${SETTING_NAMES.join(', ')}.`}),
  }
  static override examples = ['<%= config.bin %> config get time_zone']

  override async run(): Promise<Got> {
    const {args} = await this.parse(ConfigGet)
    const {settings, paths} = this.composition
    if (settings.problem) throw settings.problem
    const {key, value} = settings.explain(settingNamed(args.setting), await readSelection(paths))
    if (value !== null) this.out.raw(value)
    return {key, value}
  }
}
