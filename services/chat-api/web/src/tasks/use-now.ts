import {useEffect, useState} from 'react'

const MINUTE = 60_000

/** The present, ms, as it goes on from minute to minute: for "2 hours late" and the line at now. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const next = (): void => {
      timer = setTimeout(
        () => {
          setNow(Date.now())
          next()
        },
        MINUTE - (Date.now() % MINUTE) + 50,
      )
    }
    next()
    return () => clearTimeout(timer)
  }, [])
  return now
}
