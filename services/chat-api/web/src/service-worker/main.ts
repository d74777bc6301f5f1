/** `/sw.js`: shows what is pushed and leads to it. It keeps no pages and answers no requests of them. */
import {readZone} from '../api/kept-zone.ts'
import {notificationOf} from '../push/notification.ts'
import type {OpenMessage} from '../push/open-message.ts'
import {addOwnDevice, ownDevice} from '../push/push-device.ts'
import type {WorkerScope} from './scope.ts'

const worker = globalThis as unknown as WorkerScope

// A new one takes the place of the one before at once: it holds nothing that a page depends on.
worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('push', (event) => event.waitUntil(show(event.data?.text())))
worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(pathOf(event.notification)))
})
worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew()))

async function show(text: string | undefined): Promise<void> {
  const {title, body, tag, path} = notificationOf(text, await readZone(), Date.now())
  await worker.registration.showNotification(title, {body, tag, data: {path}})
}

const pathOf = ({data}: Notification): string => (data as {path?: string} | null)?.path ?? '/'

/** In a window that is there already, without loading it anew; else in a new one. */
async function open(path: string): Promise<void> {
  const windows = await worker.clients.matchAll({type: 'window', includeUncontrolled: true})
  const shown = windows.find(({focused}) => focused) ?? windows[0]
  if (!shown) {
    await worker.clients.openWindow(path)
    return
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a client of a worker is of its origin
  shown.postMessage({open: path} satisfies OpenMessage)
  await shown.focus()
}

/** The push service gave this browser another address. */
async function renew(): Promise<void> {
  const own = await ownDevice()
  if (own) await addOwnDevice(worker.registration, own.userId)
}
