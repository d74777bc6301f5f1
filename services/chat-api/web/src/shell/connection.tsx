import './connection.css'
import {useEffect, useState, useSyncExternalStore} from 'react'
import {LiveFeed} from '../api/live-feed.ts'
import {followTask} from '../tasks/follow-live.ts'
import {outbox} from '../tasks/task-actions.ts'
import {readAgain} from '../tasks/task-cache.ts'

const subscribe = (changed: () => void): (() => void) => {
  const forget = outbox.subscribe(changed)
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    forget()
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

/** Follows what changes elsewhere, sends what waits, and says when one of both does not work. */
export function Connection({userId}: {readonly userId: string}) {
  const [isLive, setLive] = useState(true)
  const {waiting, isOffline} = useSyncExternalStore(subscribe, () => outbox.state)
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine)
  useEffect(() => {
    void outbox.resume(userId)
    const feed = new LiveFeed({
      onReady: () => {
        outbox.flush()
        void readAgain()
      },
      onTask: followTask,
      onState: setLive,
    })
    // The stream can outlive a short absence, in which nothing that it told of could be read.
    const goOn = (): void => {
      outbox.flush()
      void readAgain()
    }
    addEventListener('online', goOn)
    return () => {
      feed.close()
      removeEventListener('online', goOn)
    }
  }, [userId])

  const text = statusText({isOnline: isOnline && !isOffline, isLive, waiting: waiting.length})
  return (
    <output className={text === '' ? 'visually-hidden' : 'connection'} aria-live="polite">
      {text}
    </output>
  )
}

function statusText(state: {isOnline: boolean; isLive: boolean; waiting: number}): string {
  if (!state.isOnline) {
    const {waiting} = state
    const verb = waiting === 1 ? 'change will be sent when you are back' : 'changes will be sent when you are back'
    return waiting === 0
      ? 'Offline. What you add or complete will be sent when you are back.'
      : `Offline. ${waiting} ${verb}.`
  }
  return state.isLive ? '' : 'Live updates paused, reconnecting.'
}
