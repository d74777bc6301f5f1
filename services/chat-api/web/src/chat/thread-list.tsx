import type {UseQueryResult} from '@tanstack/react-query'
import {Pencil, Trash2} from 'lucide-react'
import {useState} from 'react'
import type {ThreadResponse} from '../../../../contracts/chat.ts'
import {sentenceOf} from '../api/api-error.ts'
import {threads} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {useZone} from '../api/profile.ts'
import {useNow} from '../tasks/use-now.ts'
import {dueDate} from '../time/day-words.ts'
import {Button, IconButton} from '../ui/button.tsx'
import {Dialog} from '../ui/dialog.tsx'
import {TextField} from '../ui/field.tsx'
import {notify} from '../ui/notices.ts'

export interface ThreadListProps {
  readonly list: UseQueryResult<readonly ThreadResponse[]>
  readonly openId: string | undefined
  readonly onOpen: (thread: ThreadResponse) => void
  /** It has another title; null: it was deleted. */
  readonly onChange: (id: string, title: string | null) => void
}

/** All conversations, last used first. */
export function ThreadList({list: {data, error, refetch}, openId, onOpen, onChange}: ThreadListProps) {
  const zone = useZone()
  const now = useNow()
  const [asked, setAsked] = useState<{readonly about: 'rename' | 'delete'; readonly thread: ThreadResponse}>()
  const close = (): void => setAsked(undefined)
  if (!data) return error ? <Unread error={error} again={() => void refetch()} /> : <div className="threads" />
  return (
    <div className="threads">
      {data.length === 0 && <p className="said-note">Nothing was said yet.</p>}
      <ul>
        {data.map((thread) => (
          <li key={thread.id} className="thread">
            <button
              type="button"
              className="thread-open"
              aria-current={thread.id === openId ? 'true' : undefined}
              onClick={() => onOpen(thread)}
            >
              <span className="thread-title" dir="auto">
                {thread.title}
              </span>
              <span className="thread-time figures">
                {dueDate({at: Date.parse(thread.updated_at), hasTime: true}, zone, now)}
              </span>
            </button>
            <IconButton
              icon={Pencil}
              label={`Rename ${thread.title}`}
              onPress={() => setAsked({about: 'rename', thread})}
            />
            <IconButton
              icon={Trash2}
              label={`Delete ${thread.title}`}
              onPress={() => setAsked({about: 'delete', thread})}
            />
          </li>
        ))}
      </ul>
      {asked?.about === 'rename' && <Rename thread={asked.thread} onClose={close} onChange={onChange} />}
      {asked?.about === 'delete' && <Delete thread={asked.thread} onClose={close} onChange={onChange} />}
    </div>
  )
}

const Unread = ({error, again}: {readonly error: Error; readonly again: () => void}) => (
  <div className="threads" role="alert">
    <p>{sentenceOf(error)}</p>
    <Button onPress={again}>Try again</Button>
  </div>
)

interface AskedProps extends Pick<ThreadListProps, 'onChange'> {
  readonly thread: ThreadResponse
  readonly onClose: () => void
}

function Rename({thread, onClose, onChange}: AskedProps) {
  const [title, setTitle] = useState(thread.title)
  const [error, setError] = useState('')
  const rename = async (): Promise<void> => {
    try {
      await threads('PATCH', `/${thread.id}`, {body: {title: title.trim()}})
      await queryClient.invalidateQueries({queryKey: keys.threads})
      onChange(thread.id, title.trim())
      onClose()
    } catch (refused) {
      setError(sentenceOf(refused))
    }
  }
  return (
    <Dialog
      title="Rename the conversation"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="act" isDisabled={title.trim() === ''} onPress={() => void rename()}>
            Rename
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void rename()
        }}
      >
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- a dialog of one field begins in it */}
        <TextField label="Title" autoFocus maxLength={200} value={title} onChange={setTitle} error={error} />
      </form>
    </Dialog>
  )
}

function Delete({thread, onClose, onChange}: AskedProps) {
  const remove = async (): Promise<void> => {
    onClose()
    try {
      await threads('DELETE', `/${thread.id}`)
      onChange(thread.id, null)
      notify('The conversation was deleted.')
    } catch (refused) {
      notify(sentenceOf(refused))
    }
    await queryClient.invalidateQueries({queryKey: keys.threads})
  }
  return (
    <Dialog
      title="Delete this conversation?"
      role="alertdialog"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Keep it</Button>
          <Button look="danger" onPress={() => void remove()}>
            Delete
          </Button>
        </>
      }
    >
      <p>
        <bdi>{thread.title}</bdi>: what was said is gone then, for good. Your tasks stay as they are.
      </p>
    </Dialog>
  )
}
