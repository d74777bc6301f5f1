/** One number of /metrics, with what it is of. */
interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** All numbers that the services told at one moment. */
export class Samples {
  /** ms since the epoch. */
  readonly at: number
  readonly #all: readonly Sample[]

  constructor(at: number, all: readonly Sample[]) {
    this.at = at
    this.#all = all
  }

  /** Sum of all that have the name and these labels; undefined when there is none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.#all.filter(
      (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    )
    return found.length === 0 ? undefined : found.reduce((sum, {value}) => sum + value, 0)
  }

  /** How many observations of a histogram were at most so much, by that bound. */
  buckets(name: string, labels: Readonly<Record<string, string>> = {}): Map<number, number> {
    const counts = new Map<number, number>()
    for (const one of this.#all) {
      if (one.name !== `${name}_bucket`) continue
      if (!Object.entries(labels).every(([key, value]) => one.labels[key] === value)) continue
      const bound = one.labels['le'] === '+Inf' ? Infinity : Number(one.labels['le'])
      counts.set(bound, (counts.get(bound) ?? 0) + one.value)
    }
    return counts
  }
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/u
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/gu

/** Who only asks how a service is: Dapr, Kubernetes, Prometheus, and this command. */
const QUESTIONS: ReadonlySet<string | undefined> = new Set([
  '/healthz',
  '/livez',
  '/readyz',
  '/metrics',
  '/dapr/config',
])
const isQuestion = ({name, labels}: Sample): boolean =>
  name.startsWith('http_request_duration_seconds') && QUESTIONS.has(labels['route'])

/** Without the requests that only ask how a service is. Reads the text format of Prometheus; what is no number is left out. */
export function readSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', digits] = LINE.exec(line) ?? []
    const value = Number(digits)
    if (name === undefined || Number.isNaN(value)) return []
    const sample = {name, labels: labelsOf(labels), value}
    return isQuestion(sample) ? [] : [sample]
  })
}

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(LABEL)].map(([, key, value]) => [key, value]))

/** By how much a counter grew for each second; null when it cannot be told. One that begins anew begins at 0. */
export function rate(
  before: Samples,
  now: Samples,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const [old, young] = [before.sum(name, labels), now.sum(name, labels)]
  const seconds = (now.at - before.at) / 1000
  if (young === undefined || seconds <= 0) return null
  return (young < (old ?? 0) ? young : young - (old ?? 0)) / seconds
}

/**
 * The value that so much of all observations in between does not exceed, as Prometheus' histogram_quantile has it: within
 * its bucket by a straight line. Null: there was none.
 */
export function quantile(
  share: number,
  before: Samples,
  now: Samples,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const [old, young] = [before.buckets(name, labels), now.buckets(name, labels)]
  const restarted = [...young].some(([bound, count]) => count < (old.get(bound) ?? 0))
  const counts = [...young]
    .map(([bound, count]) => ({bound, count: restarted ? count : count - (old.get(bound) ?? 0)}))
    .toSorted((one, other) => one.bound - other.bound)
  const total = counts.at(-1)?.count ?? 0
  if (total <= 0) return null
  const rank = share * total
  const index = counts.findIndex(({count}) => count >= rank)
  const {bound, count} = counts[index]!
  const below = counts[index - 1]
  if (bound === Infinity) return below?.bound ?? null
  const from = below?.bound ?? 0
  const within = count - (below?.count ?? 0)
  return from + (bound - from) * ((rank - (below?.count ?? 0)) / within)
}
