import {join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Paths} from '../paths.ts'
import {parseJson, readIfThere} from './credentials.ts'
import {readSelection} from './selection.ts'

/** What can run on this machine; the first counts when none was started last. */
export const TARGETS = ['local', 'host'] as const
export type LocalTargetName = (typeof TARGETS)[number]

export const isTarget = (name: string | undefined): name is LocalTargetName => TARGETS.some((target) => target === name)

/** What commands need of the state of a target. */
export interface RunningTarget {
  readonly name: LocalTargetName
  /** Null while it starts. */
  readonly api_url: string | null
  readonly database_url: string | null
  readonly version: string
}

/** `todo5 up` for local, `todo5 up host` for host. */
export const withTarget = (command: string, name: LocalTargetName): string =>
  name === 'local' ? `todo5 ${command}` : `todo5 ${command} ${name}`

const stateFile = ({state, data}: Pick<Paths, 'state' | 'data'>, name: LocalTargetName): string =>
  name === 'local' ? join(state, 'local.json') : join(data, 'host', 'state', 'host.json')

/**
 * What runs on this machine; first the one that `up` or `context use` named last. With `only`, that one alone; an error when
 * it is a todo5 elsewhere.
 */
export async function readRunningTargets(
  paths: Pick<Paths, 'state' | 'data'>,
  only?: string,
): Promise<RunningTarget[]> {
  if (only !== undefined && !isTarget(only)) throw elsewhere(only)
  const selected = only ?? (await readSelection(paths))
  const found: RunningTarget[] = []
  for (const name of TARGETS.toSorted((a, b) => Number(b === selected) - Number(a === selected))) {
    if (only !== undefined && name !== only) continue
    const file = stateFile(paths, name)
    const text = await readIfThere(file)
    if (text !== undefined) found.push({...(parseJson(text, file) as Omit<RunningTarget, 'name'>), name})
  }
  return found
}

/** Of what works on this machine, with the context of another one. */
export const elsewhere = (name: string): CliError =>
  new CliError(`This needs a todo5 on this machine, and ${name} is elsewhere.`, {
    code: 'context_elsewhere',
    exit: EXIT.refused,
    hints: ['run it on the machine of that todo5', '--context local, or --context host'],
  })
