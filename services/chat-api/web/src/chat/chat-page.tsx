import {useEffect} from 'react'
import {leavePane} from '../task-detail/leave-pane.ts'
import {navigate} from '../shell/router.ts'
import {useNarrow} from '../shell/use-narrow.ts'
import {showChatQuietly} from './chat-open.ts'
import ChatPanel from './chat-panel.tsx'

/** `/chat` */
export default function ChatPage() {
  const isNarrow = useNarrow()
  useEffect(() => {
    if (isNarrow) return
    showChatQuietly()
    navigate('/', {replace: true})
  }, [isNarrow])
  if (!isNarrow) return null
  return (
    <div className="chat-page">
      <ChatPanel onClose={leavePane} isPage />
    </div>
  )
}
