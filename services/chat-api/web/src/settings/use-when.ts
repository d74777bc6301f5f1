import {useZone} from '../api/profile.ts'
import {dateInWords} from '../recurrence-editor/shown-date.ts'
import {useNow} from '../tasks/use-now.ts'

/** Instants in words, on the clock of the account. */
export function useWhen(): (at: string) => string {
  const zone = useZone()
  const now = useNow()
  return (at) => dateInWords(Date.parse(at), {zone, now, hasTime: true})
}
