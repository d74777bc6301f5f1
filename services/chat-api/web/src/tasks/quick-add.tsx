import './quick-add.css'
import {Plus} from 'lucide-react'
import {type KeyboardEvent, type RefObject, useEffect, useRef, useState} from 'react'
import {sentenceOf} from '../api/api-error.ts'
import {useNarrow} from '../shell/use-narrow.ts'
import {Button} from '../ui/button.tsx'
import {notify} from '../ui/notices.ts'
import {addTask, inQuotes, undoOf} from './task-actions.ts'
import type {Understood} from './understand.ts'
import {loadReader, useUnderstood} from './use-understood.ts'

export interface QuickAddProps {
  readonly zone: string
  readonly text: string
  readonly onText: (text: string) => void
}

/** The words of a task, with what todo5 understands below while they are typed. */
export function QuickAdd({zone, text, onText}: QuickAddProps) {
  const [error, setError] = useState('')
  const isNarrow = useNarrow()
  const box = useRef<HTMLInputElement>(null)
  const choices = useRef<HTMLDivElement>(null)
  const understood = useUnderstood(text, zone)
  const asking = useAnswerFocus(choices)

  const add = async (): Promise<void> => {
    if (text.trim() === '') return
    const read = (await loadReader())(text, zone, Date.now())
    if (read.question) {
      asking.begin()
      return
    }
    onText('')
    setError('')
    try {
      const task = await addTask(read.fields)
      notify(`Added: ${inQuotes(task.title)}.`, {label: 'Undo', run: () => void undoOf(task)})
    } catch (refused) {
      onText(text)
      setError(sentenceOf(refused))
    }
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      void add()
    }
    if (event.key === 'Escape') box.current?.blur()
  }
  return (
    <div className="quick-add">
      <div className="quick-add-line">
        <Plus className="icon quick-add-icon" aria-hidden />
        <input
          ref={box}
          id="quick-add"
          className="quick-add-box"
          value={text}
          placeholder={isNarrow ? 'Add a task' : 'Add a task: water the plants every mon at 7am'}
          aria-label="Add a task"
          aria-describedby="quick-add-understood"
          autoComplete="off"
          enterKeyHint="done"
          maxLength={2000}
          onFocus={() => void loadReader()}
          onChange={(event) => {
            asking.end()
            onText(event.target.value)
            setError('')
          }}
          onKeyDown={onKey}
        />
        {text !== '' && (
          <Button look="act" onPress={() => void add()}>
            Add
          </Button>
        )}
      </div>
      <div id="quick-add-understood" aria-live="polite" ref={choices}>
        {error !== '' && <p className="quick-add-error">{error}</p>}
        {understood && text !== '' && (
          <Reading
            understood={understood}
            onChoice={(chosen) => {
              onText(chosen)
              box.current?.focus()
            }}
          />
        )}
      </div>
    </div>
  )
}

/** Enter on a question leads to its first answer; it may be drawn only later. */
function useAnswerFocus(place: RefObject<HTMLElement | null>) {
  const isAsked = useRef(false)
  const focus = (): void => {
    const answer = isAsked.current ? place.current?.querySelector<HTMLElement>('.quick-add-question button') : null
    if (!answer) return
    isAsked.current = false
    answer.focus()
  }
  useEffect(focus)
  return {
    begin: (): void => {
      isAsked.current = true
      focus()
    },
    end: (): void => {
      isAsked.current = false
    },
  }
}

function Reading({understood, onChoice}: {readonly understood: Understood; readonly onChoice: (text: string) => void}) {
  const {title, facts, remarks, others, question} = understood
  return (
    <div className="quick-add-reading">
      {question ? (
        <div className="quick-add-question">
          <span>{question.text}</span>
          {question.choices.map(({label, text}) => (
            <Button key={text} onPress={() => onChoice(text)}>
              {label}
            </Button>
          ))}
          {question.choices.length === 0 && <span className="quick-add-hint">{question.hint}</span>}
        </div>
      ) : (
        <p>
          <strong dir="auto">{title}</strong>
          {facts.map((fact) => (
            <span key={fact} className="quick-add-fact figures">
              {fact}
            </span>
          ))}
        </p>
      )}
      {!question && others.length > 0 && (
        <div className="quick-add-question">
          <span className="quick-add-hint">Or</span>
          {others.map(({label, text}) => (
            <Button key={text} look="quiet" onPress={() => onChoice(text)}>
              {label}
            </Button>
          ))}
        </div>
      )}
      {remarks.map((remark) => (
        <p key={remark} className="quick-add-hint">
          {remark}
        </p>
      ))}
    </div>
  )
}
