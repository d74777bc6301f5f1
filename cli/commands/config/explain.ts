import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {readSelection} from '../../client/selection.ts'
import {SETTING_NAMES, SETTINGS, settingNamed} from '../../settings/keys.ts'
import type {ExplainedSetting} from '../../settings/settings.ts'

interface Explained {
  readonly settings: readonly ExplainedSetting[]
}

export default class ConfigExplain extends BaseCommand<Explained> {
  static override summary = 'Where the value of a setting comes from.'
  static override description = 'All that could say it, first what goes before.'
  static override args = {
    setting: Args.string({description: `One of ${SETTING_NAMES.join(', ')} (default: all).`}),
  }
  static override examples = ['<%= config.bin %> config explain', '<%= config.bin %> config explain context']

  override async run(): Promise<Explained> {
    const {args} = await this.parse(ConfigExplain)
    const {settings, paths} = this.composition
    const names = args.setting === undefined ? SETTING_NAMES : [settingNamed(args.setting)]
    const selected = await readSelection(paths)
    const explained = names.map((name) => settings.explain(name, selected))
    for (const [index, setting] of explained.entries()) {
      if (index > 0) this.out.data('')
      this.#print(setting)
    }
    if (settings.problem) throw settings.problem
    return {settings: explained}
  }

  #print({key, value, from, sources}: ExplainedSetting): void {
    const {bold, dim, symbols} = this.out.style
    this.out.data(`${bold(key)}  ${dim(SETTINGS[key].description)}`)
    const lines = [...sources, {source: 'default', value: SETTINGS[key].otherwise}]
    const width = Math.max(...lines.map(({source}) => source.length)) + 2
    for (const line of lines) {
      const counts = value === null ? line.source === 'default' : line.source === from
      const mark = counts ? symbols.done : ' '
      this.out.data(`${mark} ${line.source.padEnd(width)}${line.value ?? dim('-')}`)
    }
  }
}
