import type {LocalOptions, LocalState} from '../../services/contracts/local.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

export type RestartReason = 'older_version' | 'other_build' | 'other_options' | 'unhealthy'

/** Why a running local target has to be started anew; undefined when it may stay. A newer one is refused. */
export function restartReason(
  state: LocalState,
  wanted: {version: string; build: string | null; options: LocalOptions},
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
  const differs = (Object.keys(wanted.options) as (keyof LocalOptions)[]).some((name) => {
    const value = wanted.options[name]
    return (
      value !== null && JSON.stringify(value) !== JSON.stringify(state.options[name]) && !isThere(state, name, value)
    )
  })
  return differs ? 'other_options' : undefined
}

/** A port that is asked for now, and was found by itself before. */
const isThere = (state: LocalState, name: keyof LocalOptions, value: unknown): boolean =>
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
