import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

export type RestartReason = 'older_version' | 'other_build' | 'other_options' | 'unhealthy'

/** What a running target was started as. */
export interface StartedAs {
  readonly version: string
  readonly build: string | null
  readonly api_url: string | null
  readonly options: Readonly<Record<string, unknown>>
}

/** Why a running target has to be started anew; undefined when it may stay. A newer one is refused. */
export function restartReason(
  state: StartedAs,
  wanted: {version: string; build: string | null; options: Readonly<Record<string, unknown>>},
): RestartReason | undefined {
  const order = compareVersions(state.version, wanted.version)
  if (order > 0) {
    throw new CliError(`todo5 ${state.version} runs here; this is ${wanted.version}.`, {
      code: 'newer_version_runs',
      exit: EXIT.refused,
      hints: [`npm install -g todo5@${state.version}`],
    })
  }
  if (order < 0) return 'older_version'
  if (state.build !== wanted.build && wanted.build !== null) return 'other_build'
  const differs = Object.entries(wanted.options).some(([name, value]) => {
    return (
      value !== null && JSON.stringify(value) !== JSON.stringify(state.options[name]) && !isThere(state, name, value)
    )
  })
  return differs ? 'other_options' : undefined
}

/** A port that is asked for now, and was found by itself before. */
const isThere = (state: StartedAs, name: string, value: unknown): boolean =>
  name === 'port' && state.api_url !== null && new URL(state.api_url).port === String(value)

/** Semantic versions: below 0 when `one` is older. A pre-release is older than its release. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => {
    const [numbers = '', ...pre] = version.split('+')[0]!.split('-')
    return {numbers: numbers.split('.').map(Number), pre: pre.join('-')}
  }) as [Parsed, Parsed]
  for (const index of [0, 1, 2]) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  if (a.pre === b.pre) return 0
  if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1
  return a.pre.localeCompare(b.pre, 'en', {numeric: true})
}

interface Parsed {
  readonly numbers: number[]
  readonly pre: string
}
