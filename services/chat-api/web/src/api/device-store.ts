import {clear, createStore, del, entries, get, set} from 'idb-keyval'
import {dropKept} from '../chat/kept-draft.ts'
import {dropSubscription} from '../push/push-browser.ts'
import type {Change, ChangeStore} from './outbox.ts'

/** What this device keeps between two pages: changes that are not sent yet, and what was seen last. */
const changes = createStore('todo5-changes', 'changes')
const snapshots = createStore('todo5-snapshots', 'snapshots')

/** Keys in the order of time. */
const place = new Map<string, string>()

export const changeStore: ChangeStore = {
  async all() {
    const kept = await entries<string, Change>(changes)
    for (const [at, change] of kept) place.set(change.key, at)
    return kept.map(([, change]) => change)
  },
  async put(change) {
    const at = `${new Date().toISOString()} ${change.key}`
    place.set(change.key, at)
    await set(at, change, changes)
  },
  async remove(key) {
    const at = place.get(key)
    if (at !== undefined) await del(at, changes)
  },
}

export const readSnapshot = async <T>(name: string): Promise<T | undefined> => get<T>(name, snapshots)
export const keepSnapshot = async (name: string, value: unknown): Promise<void> => set(name, value, snapshots)
export const dropSnapshot = async (name: string): Promise<void> => del(name, snapshots)

/** On sign-out: the next person at this device sees nothing of this one, nor is shown what is pushed to them. */
export async function forgetDevice(): Promise<void> {
  dropKept()
  await Promise.all([clear(changes), clear(snapshots), dropSubscription()])
}
