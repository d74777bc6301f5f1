import type {Context} from '../client/contexts.ts'
import {readRemotes} from '../client/credentials.ts'
import {readRunningTargets, TARGETS} from '../client/running-targets.ts'
import {CliError} from '../errors.ts'
import type {Paths} from '../paths.ts'

export interface ListedContext {
  readonly name: string
  readonly kind: 'target' | 'remote'
  /** Null when it does not run, or still starts. */
  readonly api_url: string | null
  readonly state: 'running' | 'starting' | 'stopped' | 'elsewhere'
  /** Whether commands talk to it now. */
  readonly current: boolean
}

/** Why commands cannot find a todo5 to talk to; the list is the place to see it. */
const NO_CONTEXT: ReadonlySet<string> = new Set(['not_running', 'starting', 'no_credentials', 'unknown_context'])

/** The targets of this machine, running or not, then every todo5 elsewhere that has a key here, by name. */
export async function listContexts(
  paths: Pick<Paths, 'state' | 'data'>,
  current: () => Promise<Context>,
): Promise<ListedContext[]> {
  const [running, remotes, now] = await Promise.all([
    readRunningTargets(paths),
    readRemotes(paths.state),
    nameOf(current),
  ])
  const targets = TARGETS.map((name): ListedContext => {
    const state = running.find((target) => target.name === name)
    return {
      name,
      kind: 'target',
      api_url: state?.api_url ?? null,
      state: state === undefined ? 'stopped' : state.api_url === null ? 'starting' : 'running',
      current: name === now,
    }
  })
  const elsewhere = Object.entries(remotes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, {api_url}]): ListedContext => ({
      name,
      kind: 'remote',
      api_url,
      state: 'elsewhere',
      current: name === now,
    }))
  const listed = [...targets, ...elsewhere]
  if (now === undefined || listed.some(({name}) => name === now)) return listed
  // Of TODO5_API_URL: it has no entry.
  const {name, apiUrl} = await current()
  return [...listed, {name, kind: 'remote', api_url: apiUrl, state: 'elsewhere', current: true}]
}

async function nameOf(current: () => Promise<Context>): Promise<string | undefined> {
  try {
    return (await current()).name
  } catch (error) {
    if (error instanceof CliError && NO_CONTEXT.has(error.code)) return undefined
    throw error
  }
}
