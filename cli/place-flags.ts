import {elsewhere, isTarget} from './client/running-targets.ts'
import {usageError} from './errors.ts'
import {flagWords} from './flag-words.ts'

interface PlacedCommand {
  /** As it is typed: `topic list`. */
  readonly name: string
  /** oclif leaves out what a command has none of. */
  readonly args: Readonly<Record<string, unknown>> | undefined
  readonly flags: Readonly<Record<string, object>> | undefined
}

/**
 * The words of a command whose place is not the context alone: one that takes it as an argument has no --context, and of one
 * with --target it says which target. An error where that cannot be.
 */
export function withPlace(argv: readonly string[], {name, args, flags}: PlacedCommand): string[] {
  const words = [...argv]
  const context = valueOf(words, 'context', 'c')
  if (context === undefined) return words
  if (args && 'target' in args) {
    throw usageError(
      `todo5 ${name} has no --context: the place stands behind the command.`,
      'place_is_argument',
      isTarget(context) ? `todo5 ${name} ${context}` : `run it on the machine of ${context}`,
      `todo5 ${name} --help`,
    )
  }
  const target: {readonly options?: readonly string[]} | undefined = flags?.['target']
  if (target === undefined) return words
  const named = valueOf(words, 'target')
  if (named !== undefined) {
    if (named === context) return words
    throw usageError(`--context ${context} and --target ${named} are two places.`, 'contradiction', 'leave one out')
  }
  if (!target.options?.includes(context) && !isTarget(context)) throw elsewhere(context)
  return ['--target', context, ...words]
}

/** The last one counts, as for the parser. */
function valueOf(words: readonly string[], name: string, char?: string): string | undefined {
  let value: string | undefined
  for (const [index, word] of flagWords(words).entries()) {
    if (word === `--${name}` || (char !== undefined && word === `-${char}`)) value = words[index + 1]
    else if (word.startsWith(`--${name}=`)) value = word.slice(name.length + 3)
    else if (char !== undefined && /^-[^-]/u.test(word) && word.startsWith(`-${char}`))
      value = word.slice(2).replace(/^=/u, '')
  }
  return value
}
