type Json = Readonly<Record<string, unknown>>

export interface Changes {
  /** What somebody may rely on and is not there any more, or is another: a line each. */
  readonly broken: readonly string[]
  readonly added: readonly string[]
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Texts for people may change at any time. */
const TEXTS: ReadonlySet<string> = new Set(['title', 'description', 'examples', '$id'])

/** What differs between two JSON documents, by the paths of it; of what goes or comes as a whole the whole alone. */
export function contractChanges(before: unknown, after: unknown, path: readonly string[] = []): Changes {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    // In `properties` a title is a field.
    const fields = path.at(-1) === 'properties'
    const each = keys
      .filter((key) => fields || !TEXTS.has(key))
      .map((key) => {
        const place = [...path, key]
        if (!(key in after)) return {broken: [`removed: ${nameOf(place)}`], added: []}
        if (!(key in before)) return {broken: [], added: [nameOf(place)]}
        return contractChanges(before[key], after[key], place)
      })
    return {broken: each.flatMap(({broken}) => broken), added: each.flatMap(({added}) => added)}
  }
  const [old, now] = [before, after].map((value) => JSON.stringify(value))
  if (old === now) return {broken: [], added: []}
  if (Array.isArray(before) && Array.isArray(after) && before.every((value) => typeof value === 'string')) {
    const gone = before.filter((value) => !after.includes(value))
    const come = after.filter((value) => !before.includes(value))
    return {
      broken: gone.map((value) => `removed: ${nameOf(path)}: ${value}`),
      added: come.map((value) => `${nameOf(path)}: ${String(value)}`),
    }
  }
  return {broken: [`changed: ${nameOf(path)}: ${old!} is now ${now!}`], added: []}
}

const nameOf = (path: readonly string[]): string => path.join(' > ')
