import {useEffect, useState} from 'react'
import {onAnnouncement} from './announcer.ts'

export function AnnouncerRegion() {
  const [message, setMessage] = useState({text: '', turn: 0})
  useEffect(() => onAnnouncement((text) => setMessage(({turn}) => ({text, turn: turn + 1}))), [])
  // A new node each time: the same words twice are said twice.
  return (
    <output className="visually-hidden" aria-live="polite" data-testid="announcer">
      <span key={message.turn}>{message.text}</span>
    </output>
  )
}
