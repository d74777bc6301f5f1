import type {CliConfig} from './cli-config.ts'
import {readCommandLine} from './command-line.ts'
import {CliHelp} from './help.ts'
import type {Output} from './output.ts'

/** `todo5 help [COMMAND]` and `todo5 [COMMAND] --help`, to stdout. */
export async function showHelp(argv: readonly string[], config: CliConfig, out: Output): Promise<void> {
  const words = argv.flatMap((word) => word.split(' ')).filter((word) => word !== 'help' && !word.startsWith('-'))
  const help = new CliHelp(config, out)
  if (words.length === 0) {
    await help.print([])
    return
  }
  const line = readCommandLine(words, config)
  await help.print(line.id.split(':'))
}
