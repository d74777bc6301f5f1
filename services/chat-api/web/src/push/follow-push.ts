import {useEffect} from 'react'
import {navigate} from '../shell/router.ts'
import {currentSubscription, dropSubscription, pushAbility, startWorker} from './push-browser.ts'
import {addOwnDevice, ownDevice} from './push-device.ts'
import {isOpenMessage} from './open-message.ts'

/** Of the person who is signed in here: todo5 knows the address that this browser has now. Nobody is asked anything. */
async function keepAddress(userId: string): Promise<void> {
  if (pushAbility() !== 'possible' || Notification.permission !== 'granted') return
  const [own, subscription] = await Promise.all([ownDevice(), currentSubscription()])
  if (own?.userId === userId) {
    if (subscription?.endpoint !== own.endpoint) await addOwnDevice(await startWorker(), userId)
  } else if (subscription) {
    // Of somebody else, whose session ended without signing out.
    await dropSubscription()
  }
}

/** Goes where a pressed notification leads, and keeps the address of this browser; undefined while nobody is signed in. */
export function useFollowPush(userId: string | undefined): void {
  useEffect(() => {
    if (userId === undefined) return
    // The next page tries again.
    keepAddress(userId).catch((error: unknown) => console.warn('The address for notifications was not sent.', error))
  }, [userId])
  useEffect(() => {
    const worker = 'serviceWorker' in navigator ? navigator.serviceWorker : undefined
    const open = ({data}: MessageEvent<unknown>): void => {
      if (isOpenMessage(data)) navigate(data.open)
    }
    worker?.addEventListener('message', open)
    return () => worker?.removeEventListener('message', open)
  }, [])
}
