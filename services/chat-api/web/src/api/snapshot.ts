import type {InfiniteData} from '@tanstack/react-query'
import {isSignedOut} from './api-error.ts'
import {forgetDevice, keepSnapshot, readSnapshot} from './device-store.ts'
import {queryClient} from './query-client.ts'
import {keys} from './query-keys.ts'
import {LAST, type Snapshot} from './snapshot-shape.ts'

const KEEP_AFTER_MS = 1000
/** A device that does not answer by then shows the page without. */
const LONGEST_MS = 200

const isKept = (key: readonly unknown[]): boolean =>
  key[0] === keys.profile[0] || (key[0] === keys.tasks[0] && key[1] === 'list')

/** Of a long list its first page: the rest is read when somebody scrolls. */
function firstPage(data: unknown): unknown {
  const list = data as Partial<InfiniteData<unknown>>
  return list.pages ? {pages: list.pages.slice(0, 1), pageParams: list.pageParams?.slice(0, 1)} : data
}

export async function restoreSnapshot(): Promise<void> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), LONGEST_MS))
  // Storage may be forbidden, as in a private window: then there is nothing to show.
  const snapshot = await Promise.race([readSnapshot<Snapshot>(LAST).catch(() => undefined), late])
  for (const [key, data] of snapshot ?? []) queryClient.setQueryData(key, data)
  await queryClient.invalidateQueries()
}

/** Keeps what is read from now on; when nobody is signed in any more, nothing. */
export function keepSnapshots(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const cache = queryClient.getQueryCache()
  const keep = async (): Promise<void> => {
    timer = undefined
    const kept = cache.findAll().filter(({queryKey, state}) => isKept(queryKey) && state.data !== undefined)
    const snapshot: Snapshot = kept.map(({queryKey, state}) => [queryKey, firstPage(state.data)])
    await keepSnapshot(LAST, snapshot)
  }
  cache.subscribe(({query, type}) => {
    if (type !== 'updated' || !isKept(query.queryKey)) return
    if (isSignedOut(query.state.error)) {
      clearTimeout(timer)
      timer = undefined
      forgetDevice().catch((error: unknown) => console.warn(error))
      return
    }
    timer ??= setTimeout(() => {
      keep().catch((error: unknown) => console.warn('The list could not be kept on this device.', error))
    }, KEEP_AFTER_MS)
  })
}
