import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {noDapr} from '../../dapr-flags.ts'
import {EXIT} from '../../exit-codes.ts'
import {type DaprLint, lintDapr, readResourceFiles} from '../../operations/lint-dapr.ts'
import {DAPR_TARGETS, type DaprTarget, placeholderValues, renderDapr} from '../../operations/render-dapr.ts'
import {printDaprLint} from '../../views/dapr-lint.ts'

export default class DaprLintCommand extends BaseCommand<DaprLint> {
  static override summary = 'Find what is wrong or dangerous in Dapr components, configurations and policies.'
  static override description = [
    'Knows the metadata of every component type of Dapr 1.18: misspelt, missing and unknown fields, which Dapr itself ignores without a word; and values and defaults that lose events or open doors.',
    'Without PATH it looks at what todo5 renders for a target. Any other folder with Dapr resources will do. Ends with 4 when there are errors.',
  ].join('\n\n')
  static override strict = false
  static override args = {path: Args.string({description: 'Files or folders with Dapr resources.'})}
  static override flags = {
    target: Flags.option({
      options: ['local', ...DAPR_TARGETS] as const,
      default: 'host' as const,
      description: 'Whose rendered resources to look at, without PATH.',
    })(),
    ignore: Flags.string({multiple: true, description: 'A rule to leave out.', helpValue: 'RULE'}),
  }
  static override examples = [
    '<%= config.bin %> dapr lint',
    '<%= config.bin %> dapr lint --target oke',
    '<%= config.bin %> dapr lint ./components --ignore hot-reload',
  ]

  override async run(): Promise<DaprLint> {
    const {argv, flags} = await this.parse(DaprLintCommand)
    const paths = argv as string[]
    const files = paths.length > 0 ? await readResourceFiles(paths) : await rendered(flags.target)
    const lint = lintDapr(files, flags.ignore ?? [])
    printDaprLint(this.out, lint)
    if (lint.errors > 0) this.failWith(EXIT.refused)
    return lint
  }
}

async function rendered(target: 'local' | DaprTarget) {
  if (target === 'local') throw noDapr()
  return await renderDapr({target, values: await placeholderValues(target)})
}
