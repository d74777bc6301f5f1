import {linesOf} from './lines-of-text.ts'

/** A plain text with its lists. Nothing in it is markup or a link. */
export const TextLines = ({text}: {readonly text: string}) =>
  linesOf(text).map((lines, index) => {
    const key = `${index} ${lines.kind}`
    if (lines.kind === 'words')
      return (
        <p key={key} className="said-words" dir="auto">
          {lines.text}
        </p>
      )
    if (lines.kind === 'list')
      return (
        <ul key={key} className="said-list">
          {lines.items.map((item, place) => (
            // oxlint-disable-next-line react/no-array-index-key -- a text that was said does not change its order
            <li key={`${place} ${item}`} dir="auto">
              {item}
            </li>
          ))}
        </ul>
      )
    return (
      <ol key={key} className="said-list said-numbers">
        {lines.items.map((item, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- a text that was said does not change its order
          <li key={`${place} ${item.text}`} value={item.number} dir="auto">
            {item.text}
          </li>
        ))}
      </ol>
    )
  })
