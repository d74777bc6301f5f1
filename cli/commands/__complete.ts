import {BaseCommand} from '../base-command.ts'
import {describe} from '../command-catalogue.ts'
import {complete, type Completion} from '../completion/candidates.ts'
import {listContexts} from '../operations/list-contexts.ts'
import {valueSource} from '../completion/value-sources.ts'

/** What the scripts of `todo5 completion` ask: a line for each candidate, value, tab, description; `:files` for files. */
export default class Complete extends BaseCommand<Completion> {
  static override summary = 'What can stand at the end of a command line, for shells.'
  static override hidden = true
  static override strict = false
  static override examples = ['<%= config.bin %> __complete -- task done re']

  override async run(): Promise<Completion> {
    // By oclif's parser `--` would be lost, and with it where words that look like flags begin.
    const words = this.argv.slice(this.argv.indexOf('--') + 1)
    const found = await complete(
      words,
      this.config.commands,
      (command) => describe(command, this.config.root),
      valueSource({
        api: async () => await this.composition.api(),
        contexts: async () => await listContexts(this.composition.paths, async () => await this.composition.context()),
      }),
    )
    const lines = found.candidates.map(({value, description}) => `${value}\t${description.replaceAll(/\s+/gu, ' ')}`)
    if (lines.length > 0) this.out.raw(...lines)
    if (found.files) this.out.raw(':files')
    return found
  }
}
