import type {Context} from '../client/contexts.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {openZipkin, type Zipkin} from '../tools/zipkin.ts'
import type {HostTarget} from './bring-up-host.ts'

/** Where to look for a Zipkin. */
export interface ZipkinSources {
  context(): Promise<Context>
  host(): Promise<HostTarget>
}

/** The Zipkin that is named, or the one beside the todo5 that commands talk to; an error with what to do when it has none. */
export const zipkinOf = async (given: string | undefined, sources: ZipkinSources): Promise<Zipkin> =>
  openZipkin(await urlOf(given, sources))

async function urlOf(given: string | undefined, sources: ZipkinSources): Promise<string> {
  if (given !== undefined) {
    if (['http:', 'https:'].includes(URL.parse(given)?.protocol ?? '')) return given
    throw usageError('--zipkin-url is no address such as http://127.0.0.1:9411.', 'invalid_zipkin_url')
  }
  const {name} = await sources.context()
  if (name === 'local') {
    throw noTraces('local keeps no traces: everything is one process there.', [
      'todo5 task history ID        what happened to a task, and when',
      'todo5 up host        has them, with Zipkin: todo5 toolchain install zipkin',
    ])
  }
  if (name !== 'host') {
    throw noTraces(`${name} is not on this machine, and nothing says where its Zipkin is.`, [
      '--zipkin-url URL, or TODO5_ZIPKIN_URL',
    ])
  }
  const state = await (await sources.host()).machine.readState()
  if (typeof state?.zipkin_url === 'string') return state.zipkin_url
  throw noTraces('host runs without Zipkin, so nothing is recorded.', [
    'todo5 toolchain install zipkin',
    'todo5 down host',
    'todo5 up host',
  ])
}

const noTraces = (message: string, hints: readonly string[]): CliError =>
  new CliError(message, {code: 'no_traces', exit: EXIT.refused, hints})
