import {BaseCommand} from '../../base-command.ts'
import {readSelection} from '../../client/selection.ts'
import {SETTING_NAMES} from '../../settings/keys.ts'

interface Listed {
  readonly settings: readonly {readonly key: string; readonly value: string | null; readonly from: string}[]
}

export default class ConfigList extends BaseCommand<Listed> {
  static override summary = 'What is set for all commands, and where.'
  static override examples = ['<%= config.bin %> config list', '<%= config.bin %> config list --json']

  override async run(): Promise<Listed> {
    await this.parse(ConfigList)
    const {settings, paths} = this.composition
    if (settings.problem) throw settings.problem
    const selected = await readSelection(paths)
    const listed = SETTING_NAMES.map((name) => settings.explain(name, selected))
    const {dim} = this.out.style
    this.out.table(
      [
        {title: 'SETTING', text: ({key}) => key},
        {title: 'VALUE', text: ({value}) => value ?? '-'},
        {
          title: 'FROM',
          text: ({from}) => from,
          atLeast: 12,
          paint: (cell, {value}) => (value === null ? dim(cell) : cell),
        },
      ],
      listed,
    )
    return {settings: listed.map(({key, value, from}) => ({key, value, from}))}
  }
}
