import {ArrowUp, Square} from 'lucide-react'
import {type KeyboardEvent, type RefObject, useId, useSyncExternalStore} from 'react'
import {IconButton} from '../ui/button.tsx'

/** As the server takes them. */
const MOST_LETTERS = 4000

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

export interface ComposerProps {
  readonly box: RefObject<HTMLTextAreaElement | null>
  readonly text: string
  readonly isBusy: boolean
  readonly onText: (text: string) => void
  readonly onSend: () => void
  readonly onStop: () => void
}

/** The line to write in: Enter sends, Shift and Enter begin a new line. It keeps the focus. */
export function Composer({box, text, isBusy, onText, onSend, onStop}: ComposerProps) {
  const hintId = useId()
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine)
  const hint = hintOf(text, isOnline)
  const send = (): void => {
    if (!isBusy && text.length <= MOST_LETTERS) onSend()
    box.current?.focus()
  }
  const onKey = (event: KeyboardEvent): void => {
    // An input method ends its word with Enter; Safari says so only by the old number of the key.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return
    event.preventDefault()
    send()
  }
  return (
    <div className="composer">
      <div className="composer-line">
        <textarea
          ref={box}
          className="composer-box"
          rows={1}
          value={text}
          dir="auto"
          aria-label="Message"
          aria-describedby={hintId}
          placeholder="Add, ask, or say what is done"
          enterKeyHint="send"
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKey}
        />
        {isBusy ? (
          <IconButton
            icon={Square}
            label="Stop"
            className="composer-stop"
            onPress={() => {
              onStop()
              box.current?.focus()
            }}
          />
        ) : (
          <IconButton
            icon={ArrowUp}
            label="Send"
            className="composer-send"
            isDisabled={text.trim() === '' || text.length > MOST_LETTERS}
            onPress={send}
          />
        )}
      </div>
      <p id={hintId} className={hint === '' ? 'visually-hidden' : 'composer-hint'} aria-live="polite">
        {hint}
      </p>
    </div>
  )
}

function hintOf(text: string, isOnline: boolean): string {
  const over = text.length - MOST_LETTERS
  if (over > 0)
    return `Too long by ${over} ${over === 1 ? 'letter' : 'letters'}: at most ${MOST_LETTERS} go in one message.`
  return isOnline ? '' : 'Offline. The chat needs a connection; what you write stays here.'
}
