import type {UIMessage} from 'ai'
import {useEffect, useMemo, useRef} from 'react'
import {useZone} from '../api/profile.ts'
import {Button} from '../ui/button.tsx'
import {Answer, type ChatActs} from './answer.tsx'
import {spokenText} from './message-blocks.ts'
import {type SaidTasks, saidTasks} from './said-tasks.ts'
import {TextLines} from './text-lines.tsx'
import {useLogFocus} from './use-log-focus.ts'

/** They fill the line and send nothing. */
const EXAMPLES = ['Water the plants every mon at 7am', 'What is due this week?', 'What can I say?']
/** Whoever is further from the end than this reads what was said before, px. */
const NEAR_END = 120

export interface ChatLogProps {
  readonly act: ChatActs
  readonly messages: readonly UIMessage[]
  readonly isLoading: boolean
  readonly isBusy: boolean
  readonly onExample: (text: string) => void
}

export function ChatLog({act, messages, isLoading, isBusy, onExample}: ChatLogProps) {
  const place = useStayAtEnd(messages)
  useLogFocus(place)
  const said = useMemo(() => saidTasks(messages), [messages])
  const zone = useZone()
  return (
    // Answers grow while they are said; each is announced as a whole when it stands there.
    <div
      ref={place}
      className="chat-log"
      role="log"
      aria-label="Conversation"
      aria-live="off"
      aria-busy={isBusy}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- who has no mouse scrolls it
      tabIndex={0}
    >
      {isLoading && <Loading />}
      {!isLoading && messages.length === 0 && <Welcome onExample={onExample} />}
      {messages.map((message, index) => (
        <Said key={message.id} {...{act, message, zone, said, isBusy}} isLast={index === messages.length - 1} />
      ))}
      {isBusy && messages.at(-1)?.role === 'user' && <p className="chat-waiting">todo5 is answering …</p>}
    </div>
  )
}

interface SaidProps {
  readonly act: ChatActs
  readonly message: UIMessage
  readonly zone: string
  readonly said: SaidTasks
  readonly isBusy: boolean
  readonly isLast: boolean
}

function Said({message, isBusy, isLast, ...props}: SaidProps) {
  if (message.role === 'user')
    return (
      <article className="said said-by-me" aria-label="You">
        <TextLines text={spokenText(message)} />
      </article>
    )
  if (message.role !== 'assistant') return null
  return (
    <article className="said said-by-todo5" aria-label="todo5">
      <Answer {...props} message={message} isRunning={isBusy && isLast} isLast={isLast} />
    </article>
  )
}

const Loading = () => (
  <div className="chat-loading" aria-label="Loading">
    {[1, 2, 3].map((line) => (
      <span key={line} className="chat-loading-line" />
    ))}
  </div>
)

const Welcome = ({onExample}: Pick<ChatLogProps, 'onExample'>) => (
  <div className="chat-welcome">
    <p>Say what is to be done, ask what is due, or say what is done.</p>
    <ul>
      {EXAMPLES.map((example) => (
        <li key={example}>
          <Button onPress={() => onExample(example)}>{example}</Button>
        </li>
      ))}
    </ul>
  </div>
)

/** Follows what is said, unless somebody has scrolled up; what they say themselves is always followed. */
function useStayAtEnd(messages: readonly UIMessage[]) {
  const place = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const last = messages.at(-1)
  const lastId = useRef(last?.id)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const look = (): void => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END
    }
    // What stands there grows also by what is read later, such as a task of a card.
    const grown = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight
    })
    element.addEventListener('scroll', look, {passive: true})
    grown.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      grown.disconnect()
    }
  }, [])
  useEffect(() => {
    const element = place.current
    if (!element) return
    if (last?.role === 'user' && last.id !== lastId.current) isAtEnd.current = true
    lastId.current = last?.id
    if (isAtEnd.current) element.scrollTop = element.scrollHeight
  }, [messages, last])
  return place
}
