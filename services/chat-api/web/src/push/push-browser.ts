import {isAppleTouch} from './apple-touch.ts'

/** What this browser can and may do about notifications; `to-install`: it could, from the Home Screen. */
export type PushAbility = 'unsupported' | 'to-install' | 'blocked' | 'possible'

/** `unsupported` is also said of a page that did not come by https, where browsers offer neither. */
export function pushAbility(): PushAbility {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis) || !('Notification' in globalThis)) {
    const isInstalled = matchMedia('(display-mode: standalone)').matches
    return isSecureContext && isAppleTouch(navigator) && !isInstalled ? 'to-install' : 'unsupported'
  }
  return Notification.permission === 'denied' ? 'blocked' : 'possible'
}

const registration = async (): Promise<ServiceWorkerRegistration | undefined> =>
  'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration('/') : undefined

/** Registers the worker when it is not yet there, and waits until it runs: only then can it subscribe. */
export async function startWorker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register('/sw.js', {scope: '/', updateViaCache: 'none'})
  return navigator.serviceWorker.ready
}

/** How this browser can be reached now; null when it cannot. */
export async function currentSubscription(): Promise<PushSubscription | null> {
  const worker = await registration()
  return (await worker?.pushManager?.getSubscription()) ?? null
}

/** From now on nothing that is pushed arrives here: the push service answers that it is gone. What is shown goes too. */
export async function dropSubscription(): Promise<void> {
  const worker = await registration()
  const subscription = await worker?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
  for (const notification of (await worker?.getNotifications()) ?? []) notification.close()
}
