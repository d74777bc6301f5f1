import './chat.css'
import {useQuery} from '@tanstack/react-query'
import {type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore} from 'react'
import {useChat} from '@ai-sdk/react'
import type {ThreadListResponse} from '../../../../contracts/chat.ts'
import {useProfile} from '../api/profile.ts'
import {threads} from '../api/client.ts'
import {keys} from '../api/query-keys.ts'
import {ChatKitPanel} from '../chatkit/chatkit-panel.tsx'
import {configuredComponent} from '../chatkit/component.ts'
import {navigate} from '../shell/router.ts'
import {Button} from '../ui/button.tsx'
import {takeFocusWish} from './chat-open.ts'
import type {ChatActs} from './answer.tsx'
import {ChatHead} from './chat-head.tsx'
import {ChatLog} from './chat-log.tsx'
import {Composer} from './composer.tsx'
import type {ChatProblem} from './chat-problem.ts'
import {type ChatSession, sessionOf} from './chat-session.ts'
import {ThreadList} from './thread-list.tsx'

export interface ChatPanelProps {
  readonly onClose: () => void
  /** It is all that there is on the window: its title is that of the page. */
  readonly isPage?: boolean
}

const CHATKIT = configuredComponent(document)

/** The conversation: what was said, the line to write in, and the other threads. */
export default function ChatPanel(props: ChatPanelProps) {
  const {data: profile} = useProfile()
  if (!profile) return null
  const own = <Panel {...props} session={sessionOf(profile.user_id)} />
  if (!CHATKIT) return own
  return (
    <ChatKitPanel component={CHATKIT} isPage={props.isPage ?? false} onClose={props.onClose}>
      {own}
    </ChatKitPanel>
  )
}

const useThreads = () =>
  useQuery({
    queryKey: keys.threads,
    queryFn: async ({signal}) => (await threads<ThreadListResponse>('GET', '', {signal})).threads,
  })

function Panel({session, onClose, isPage = false}: ChatPanelProps & {readonly session: ChatSession}) {
  const {thread, chat, isLoading, isBusy, draft, problem} = useSyncExternalStore(session.subscribe, () => session.state)
  const {messages} = useChat({chat})
  const list = useThreads()
  const [isListOpen, setListOpen] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (takeFocusWish()) box.current?.focus()
  })
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (isListOpen) setListOpen(false)
    else onClose()
  }
  const write = (text: string): void => {
    session.setDraft(text)
    box.current?.focus()
  }
  // The buttons of a question go when it is answered. On a phone the keyboard would come with the focus.
  const stay = (): void => {
    if (!matchMedia('(pointer: coarse)').matches) box.current?.focus()
  }
  const act: ChatActs = {
    send: (text) => {
      void session.send(text, 'draft stays')
      stay()
    },
    approve: (yes) => {
      void session.answer(yes)
      stay()
    },
  }
  const showThread = (open: () => void): void => {
    open()
    setListOpen(false)
    box.current?.focus()
  }
  const shownTitle = list.data?.find(({id}) => id === thread?.id)?.title ?? thread?.title ?? ''
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Escape, wherever the focus is within
    <div className="chat" onKeyDown={leave}>
      <ChatHead
        title={isListOpen ? 'Conversations' : shownTitle}
        isPage={isPage}
        isListOpen={isListOpen}
        isNew={thread === null}
        onList={() => setListOpen(!isListOpen)}
        onNew={() => showThread(() => session.begin())}
        onClose={onClose}
      />
      {isListOpen ? (
        <ThreadList
          list={list}
          openId={thread?.id}
          onOpen={(one) => showThread(() => void session.open(one))}
          onChange={(id, name) => session.onThread(id, name)}
        />
      ) : (
        <>
          <ChatLog act={act} messages={messages} isLoading={isLoading} isBusy={isBusy} onExample={write} />
          {problem && <Problem problem={problem} session={session} />}
          <Composer
            box={box}
            text={draft}
            isBusy={isBusy}
            onText={(text) => session.setDraft(text)}
            onSend={() => void session.send(draft)}
            onStop={() => void session.stop()}
          />
        </>
      )}
    </div>
  )
}

function Problem({problem: {text, way}, session}: {readonly problem: ChatProblem; readonly session: ChatSession}) {
  const here = location.pathname + location.search
  return (
    <div className="chat-problem" role="alert">
      <p>{text}</p>
      {way === 'again' && <Button onPress={() => void session.again()}>Try again</Button>}
      {way === 'new' && <Button onPress={() => session.begin()}>Begin a new one</Button>}
      {way === 'sign-in' && (
        <Button onPress={() => navigate(`/sign-in?to=${encodeURIComponent(here)}`)}>Sign in</Button>
      )}
      {way === null && <Button onPress={() => session.dismiss()}>Close</Button>}
    </div>
  )
}
