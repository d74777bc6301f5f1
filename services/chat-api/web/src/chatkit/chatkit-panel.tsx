import './chatkit.css'
import {X} from 'lucide-react'
import {type KeyboardEvent, type ReactNode, useEffect, useRef, useState} from 'react'
import {IconButton} from '../ui/button.tsx'
import {type ChatKitComponent, loadElement, optionsFor} from './component.ts'

export interface ChatKitPanelProps {
  readonly component: ChatKitComponent
  readonly isPage: boolean
  readonly onClose: () => void
  /** Our own chat, for when the vendor cannot be reached. */
  readonly children: ReactNode
}

/** ChatKit in place of our own chat, on the same conversations. */
export function ChatKitPanel({component, isPage, onClose, children}: ChatKitPanelProps) {
  const place = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<'loading' | 'there' | 'away'>('loading')
  useEffect(() => {
    let isEnded = false
    const show = async (): Promise<void> => {
      try {
        const element = await loadElement(component)
        if (isEnded) return
        element.setOptions(optionsFor(component, matchMedia('(prefers-color-scheme: dark)').matches))
        place.current?.replaceChildren(element)
        setState('there')
      } catch (error) {
        console.warn('ChatKit could not be loaded', error)
        if (!isEnded) setState('away')
      }
    }
    void show()
    return () => {
      isEnded = true
    }
  }, [component])
  const leave = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.defaultPrevented) onClose()
  }
  if (state === 'away') {
    return (
      <div className="chatkit">
        <p className="chatkit-note" role="status">
          ChatKit could not be loaded. This is the chat of todo5: the same conversations.
        </p>
        <div className="chatkit-place">{children}</div>
      </div>
    )
  }
  const Heading = isPage ? 'h1' : 'h2'
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Escape, wherever the focus is within
    <div className="chatkit" onKeyDown={leave}>
      <header className="chat-head">
        <Heading className="chat-title">Chat</Heading>
        <IconButton icon={X} label="Close the chat" onPress={onClose} />
      </header>
      {state === 'loading' && (
        <p className="chatkit-note" role="status">
          Loading ChatKit…
        </p>
      )}
      <div className="chatkit-place" ref={place} />
    </div>
  )
}
