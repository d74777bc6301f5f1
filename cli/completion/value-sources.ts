import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {deadLetterTopic} from '../../services/domain/events/dead-letter.ts'
import {TOPICS} from '../../services/domain/events/event-types.ts'
import type {TaskApi} from '../client/task-api.ts'
import {SETTING_NAMES, SETTINGS} from '../settings/keys.ts'
import type {AskValues, Candidate, ValueKind} from './candidates.ts'

/** A shell stands still meanwhile, ms. */
const WITHIN_MS = 1500
const TASKS = 100

export interface ValueSources {
  /** The todo5 that commands talk to. */
  readonly api: () => Promise<Pick<TaskApi, 'list'>>
  /** Every todo5 that commands can talk to. */
  readonly contexts: () => Promise<readonly {readonly name: string; readonly api_url: string | null}[]>
}

/** While the todo5 that commands talk to does not answer there are no values of it: an error would stand in the line. */
export function valueSource(sources: ValueSources, withinMs = WITHIN_MS): AskValues {
  return async (kind, command = '') => await withoutError(valuesOf(kind, command, sources), withinMs)
}

async function valuesOf(
  kind: ValueKind,
  command: string,
  {api, contexts}: ValueSources,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'open task':
    case 'done task': {
      const {tasks} = await (await api()).list({view: kind === 'done task' ? 'done' : 'open', limit: TASKS})
      return tasks.map(({id, title}) => ({value: String(id), description: title}))
    }
    case 'tag': {
      const {tasks} = await (await api()).list({view: 'open', limit: TASKS})
      return plain([...new Set(tasks.flatMap(({tags}) => tags))].toSorted())
    }
    case 'topic':
      return plain([...TOPICS, ...TOPICS.map(deadLetterTopic)])
    case 'consumer':
    case 'service':
      return plain(SERVICE_NAMES)
    case 'context':
      return (await contexts()).map(({name, api_url: url}) => ({value: name, description: url ?? ''}))
    case 'setting':
      return SETTING_NAMES.map((name) => ({value: name, description: SETTINGS[name].description}))
    case 'field':
      return plain((await import('../contract/fields.ts')).fieldNames(command))
    case 'zone':
      return plain(['UTC', ...Intl.supportedValuesOf('timeZone')])
  }
}

const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({value, description: ''}))

async function withoutError(values: Promise<readonly Candidate[]>, withinMs: number): Promise<readonly Candidate[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly Candidate[]>((resolve) => {
    timer = setTimeout(resolve, withinMs, [])
  })
  try {
    return await Promise.race([values, late])
  } catch {
    return []
  } finally {
    clearTimeout(timer)
  }
}
