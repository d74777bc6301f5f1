import {useDeferredValue, useEffect, useMemo, useState} from 'react'
import {whenConnected} from '../shell/when-connected.ts'
import type {Understood, understand} from './understand.ts'
import {useNow} from './use-now.ts'

type Understand = typeof understand

/** What reads sentences is a third as large as all the rest: it comes when somebody begins to type. */
let reader: Promise<Understand> | undefined
export const loadReader = async (): Promise<Understand> => {
  reader ??= whenConnected(async () => import('./understand.ts')).then((loaded) => loaded.understand)
  return reader
}

/** What is understood of a text, as it is typed; undefined before it is. */
export function useUnderstood(text: string, zone: string): Understood | undefined {
  const [understandText, setUnderstand] = useState<Understand | undefined>(undefined)
  const now = useNow()
  const deferred = useDeferredValue(text)
  const isTyped = text !== ''
  useEffect(() => {
    if (isTyped) void loadReader().then((loaded) => setUnderstand(() => loaded))
  }, [isTyped])
  return useMemo(
    () => (understandText && deferred.trim() !== '' ? understandText(deferred, zone, now) : undefined),
    [understandText, deferred, zone, now],
  )
}
