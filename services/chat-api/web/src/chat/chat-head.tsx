import {List, MessageSquarePlus, X} from 'lucide-react'
import {IconButton} from '../ui/button.tsx'

export interface ChatHeadProps {
  /** Empty before anything was said. */
  readonly title: string
  /** Of the page, not of a part of it. */
  readonly isPage: boolean
  readonly isListOpen: boolean
  /** Nothing was said yet in this one. */
  readonly isNew: boolean
  readonly onList: () => void
  readonly onNew: () => void
  readonly onClose: () => void
}

export function ChatHead({title, isPage, isListOpen, isNew, onList, onNew, onClose}: ChatHeadProps) {
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <header className="chat-head">
      <IconButton
        icon={List}
        label={isListOpen ? 'Back to the conversation' : 'Conversations'}
        aria-expanded={isListOpen}
        onPress={onList}
      />
      <Heading className="chat-title" dir="auto">
        {title === '' ? 'Chat' : title}
      </Heading>
      <IconButton icon={MessageSquarePlus} label="New conversation" isDisabled={isNew && !isListOpen} onPress={onNew} />
      <IconButton icon={X} label="Close the chat" onPress={onClose} />
    </header>
  )
}
