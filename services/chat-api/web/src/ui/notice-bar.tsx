import './notice-bar.css'
import {X} from 'lucide-react'
import {Button, IconButton} from './button.tsx'
import {dismissNotice, holdNotice, useNotice} from './notices.ts'

export function NoticeBar() {
  const notice = useNotice()
  if (!notice) return null
  const {action} = notice
  return (
    <section aria-label="Message">
      <div
        key={notice.id}
        className="notice"
        onMouseEnter={() => holdNotice(true)}
        onMouseLeave={() => holdNotice(false)}
        onFocus={() => holdNotice(true)}
        onBlur={() => holdNotice(false)}
      >
        <p className="notice-text">{notice.text}</p>
        {action && (
          <Button
            look="quiet"
            onPress={() => {
              dismissNotice()
              action.run()
            }}
          >
            {action.label}
          </Button>
        )}
        <IconButton icon={X} label="Close this message" onPress={dismissNotice} />
      </div>
    </section>
  )
}
