import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import type {CalendarLink, CalendarLinkState} from '../../../../contracts/calendar.ts'
import {read, write} from '../api/client.ts'
import {useZone} from '../api/profile.ts'
import {queryClient} from '../api/query-client.ts'
import {dateInWords} from '../recurrence-editor/shown-date.ts'
import {useNow} from '../tasks/use-now.ts'
import {Button} from '../ui/button.tsx'
import {notify} from '../ui/notices.ts'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {SecretOnce} from './secret-once.tsx'
import {useAct} from './use-act.ts'

const KEY = ['calendar']

/** The address under which a calendar program reads the tasks. */
export function CalendarSection() {
  const zone = useZone()
  const now = useNow()
  const {data, error} = useQuery({
    queryKey: KEY,
    queryFn: async ({signal}) => read<CalendarLinkState>('/calendar', {signal}),
  })
  const [link, setLink] = useState<CalendarLink | null>(null)
  const {isBusy, problem, run} = useAct()
  const show = (made: CalendarLink | null): void => {
    setLink(made)
    queryClient.setQueryData<CalendarLinkState>(KEY, {created_at: made?.created_at ?? null})
  }
  const make = async (): Promise<void> => show(await write<CalendarLink>('POST', '/calendar'))
  const end = async (): Promise<void> => {
    await write('DELETE', '/calendar')
    show(null)
    notify('The link is ended. Calendars that read it get nothing any more.')
  }
  const madeAt = data?.created_at ?? null
  return (
    <Part title="Calendar link">
      <p>
        Your calendar program can subscribe to your tasks: dates as events, series with their rule, open tasks as
        to-dos. It reads only.
      </p>
      {link !== null && (
        <SecretOnce
          label="Address to subscribe to"
          value={link.url}
          note="Shown this once. Whoever has it can read your tasks."
        />
      )}
      {data && link === null && (
        <p className="settings-quiet">
          {madeAt === null
            ? 'There is no link.'
            : `There is a link, made on ${dateInWords(Date.parse(madeAt), {zone, now, hasTime: true})}. Its address is not kept; a new one takes its place.`}
        </p>
      )}
      <Problem of={problem ?? error} />
      <div className="settings-row">
        <Button look={madeAt === null ? 'act' : 'plain'} isDisabled={isBusy || !data} onPress={() => void run(make)}>
          {madeAt === null ? 'Make a link' : 'Make a new link'}
        </Button>
        {madeAt !== null && (
          <Button look="danger" isDisabled={isBusy} onPress={() => void run(end)}>
            End the link
          </Button>
        )}
      </div>
    </Part>
  )
}
