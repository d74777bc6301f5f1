import {type Context, remoteContexts} from '../../client/contexts.ts'
import type {HttpClient, OpenHttp} from '../../client/http-client.ts'
import {isTarget} from '../../client/running-targets.ts'
import {Unreachable} from '../../client/unreachable.ts'
import {CliError} from '../../errors.ts'
import {harmlessLine} from '../../harmless-text.ts'
import type {Paths} from '../../paths.ts'
import {listApiKeys} from '../api-keys.ts'
import {type Check, judgeAll} from './check.ts'
import {checkKeys, checkReach, checkServerClocks, type ClockOffset, type ContextFacts} from './contexts.ts'

export interface ContextSources {
  /** The one that commands talk to; an error when there is none. */
  readonly currentContext: () => Promise<Context>
  readonly http: OpenHttp
  /** ms since the epoch. */
  readonly clock: () => number
}

export interface ContextsRequest extends ContextSources {
  readonly paths: Pick<Paths, 'state'>
  /** Whether a target of this machine runs; what does not is told of elsewhere. */
  readonly runs: (target: 'local' | 'host') => boolean
}

/** ms for one answer: nobody waits long for what is elsewhere, and this machine may be busy. */
const ANSWER_WITHIN = {elsewhere: 3000, here: 10_000} as const

/** Nothing runs here, and nobody logged in elsewhere: no fault. */
const NO_CONTEXT: ReadonlySet<string> = new Set(['not_running', 'starting'])

/** The todo5 that commands talk to, and every one elsewhere that has a key here; empty when there is none. */
export async function examineContexts(request: ContextsRequest): Promise<Check[]> {
  const {clock, http} = request
  let contexts: readonly Asked[]
  try {
    contexts = await contextsToAsk(request)
  } catch (error) {
    return await judgeAll('contexts', {credentials: () => Promise.reject(error)})
  }
  if (contexts.length === 0) return []
  const facts = await Promise.all(contexts.map(async (context) => await ask(context, {http, clock})))
  return await judgeAll('contexts', {
    reach: () => checkReach(facts),
    credentials: () => checkKeys(facts, clock()),
    clocks: () => checkServerClocks(facts),
  })
}

type Asked = Context & {readonly current: boolean}

async function contextsToAsk({currentContext, paths, runs}: ContextsRequest): Promise<Asked[]> {
  const remotes = await remoteContexts(paths)
  const current = await currentOrNone(currentContext)
  const others = remotes.filter(({name}) => name !== current?.name).map((context) => ({...context, current: false}))
  if (current === undefined || (isTarget(current.name) && !runs(current.name))) return others
  return [{...current, current: true}, ...others]
}

async function currentOrNone(currentContext: () => Promise<Context>): Promise<Context | undefined> {
  try {
    return await currentContext()
  } catch (error) {
    if (error instanceof CliError && NO_CONTEXT.has(error.code)) return undefined
    throw error
  }
}

async function ask(context: Asked, {http, clock}: Pick<ContextSources, 'http' | 'clock'>): Promise<ContextFacts> {
  const {name, apiUrl, apiKey, current, whenAway, whenRefused} = context
  const timeoutMs = ANSWER_WITHIN[isTarget(name) ? 'here' : 'elsewhere']
  const hurried: OpenHttp = async (options) => await http({...options, timeoutMs, patienceMs: 0})
  const client = await hurried({apiUrl, apiKey, whenAway})
  const facts = {name, origin: new URL(apiUrl).origin, current, whenAway, whenRefused}
  const asked = clock()
  try {
    const {answer, why} = await answerOf(client)
    const offset = offsetOf(client.last?.date, asked, clock())
    const end = answer === 'well' ? await keyEnd(context, hurried) : {keyEndsAt: null, endUnknown: null}
    return {...facts, answer, why, clock: offset, ...end}
  } finally {
    client.close()
  }
}

async function answerOf(client: HttpClient): Promise<Pick<ContextFacts, 'answer' | 'why'>> {
  try {
    await client.call({method: 'GET', path: '/profile'})
    return {answer: 'well', why: null}
  } catch (error) {
    if (error instanceof Unreachable) return {answer: 'away', why: error.why}
    if (!(error instanceof CliError)) throw error
    if (client.last?.status === 401) return {answer: 'refused', why: null}
    return {answer: 'ill', why: harmlessLine(error.message)}
  }
}

/** The header has whole seconds, and leaves the rest out. */
function offsetOf(date: string | undefined, asked: number, answered: number): ClockOffset | null {
  const told = Date.parse(date ?? '')
  if (Number.isNaN(told)) return null
  return {offsetMs: told + 500 - (asked + answered) / 2, unsureMs: 500 + Math.abs(answered - asked) / 2}
}

async function keyEnd(context: Context, http: OpenHttp): Promise<Pick<ContextFacts, 'keyEndsAt' | 'endUnknown'>> {
  try {
    const key = (await listApiKeys(context, http)).find(({current}) => current)
    return {keyEndsAt: key?.expires_at == null ? null : Date.parse(key.expires_at), endUnknown: null}
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return {keyEndsAt: null, endUnknown: harmlessLine(error.message)}
  }
}
