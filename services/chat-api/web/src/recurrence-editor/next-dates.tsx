import {Clock} from 'lucide-react'
import type {Outcome, Setting} from './outcome.ts'
import {shownDate} from './shown-date.ts'

/** The next five dates on the user's clock, and what a clock change does to them. */
export function NextDates({
  outcome,
  setting: {zone, now},
  fromCompletion,
}: {
  outcome: Outcome
  setting: Setting
  fromCompletion: boolean
}) {
  if (outcome.pattern === null) return <p className="editor-quiet">It comes once.</p>
  return (
    <>
      <h3>{outcome.dates.length < 5 ? `All ${outcome.dates.length} dates` : 'Next 5 dates'}</h3>
      <ol className="next-dates figures">
        {outcome.dates.map((at) => {
          const {weekday, date, time} = shownDate(at, {zone, now, hasTime: outcome.hasTime})
          return (
            <li key={at}>
              <time dateTime={new Date(at).toISOString()}>
                <span>{weekday}</span> <span>{date}</span> <span>{time}</span>
              </time>
            </li>
          )
        })}
      </ol>
      {fromCompletion && <p className="editor-quiet">When each is finished on its day.</p>}
      <p className="editor-quiet">{zone.replaceAll('_', ' ')}</p>
      {outcome.clockLine !== null && (
        <p className="clock-line">
          <Clock className="icon" aria-hidden />
          <span>{outcome.clockLine} When it comes, the task offers to keep its time.</span>
        </p>
      )}
      {outcome.advice.map((text) => (
        <p key={text} className="editor-quiet">
          {text}
        </p>
      ))}
    </>
  )
}
