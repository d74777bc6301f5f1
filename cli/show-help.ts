import {type Catalogue, describe} from './command-catalogue.ts'
import {readCommandLine} from './command-line.ts'
import {commandHelp, type HelpLooks, rootHelp, topicHelp} from './help.ts'
import type {Output} from './output.ts'

/** `todo5 help [COMMAND]` and `todo5 [COMMAND] --help`, to stdout. `root`: the folder of the package. */
export function showHelp(
  argv: readonly string[],
  {catalogue, root}: {catalogue: Catalogue; root: string},
  out: Output,
) {
  const words = argv.flatMap((word) => word.split(' ')).filter((word) => word !== 'help' && !word.startsWith('-'))
  const width = out.isTTY ? Math.max(40, Math.min(out.columns, 100)) : 80
  const {bold, underline} = out.style
  const looks: HelpLooks = {bin: catalogue.bin, width, bold, underline}
  out.data(...helpOn(words, {catalogue, root}, looks).trimEnd().split('\n'))
}

function helpOn(words: readonly string[], {catalogue, root}: {catalogue: Catalogue; root: string}, looks: HelpLooks) {
  const seen = catalogue.commands.filter(({hidden}) => !hidden).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (words.length === 0) return rootHelp(seen, looks)
  const {kind, id} = readCommandLine(words, catalogue)
  if (kind === 'command') return commandHelp(describe(catalogue.findCommand(id)!, root), looks)
  const commands = seen.filter((command) => command.id.startsWith(`${id}:`))
  return topicHelp(id, catalogue.findTopic(id)?.description ?? '', commands, looks)
}
