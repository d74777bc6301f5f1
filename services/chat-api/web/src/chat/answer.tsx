import type {UIMessage} from 'ai'
import {useQuery} from '@tanstack/react-query'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {read} from '../api/client.ts'
import {keys} from '../api/query-keys.ts'
import {Button} from '../ui/button.tsx'
import {DatesOfRule} from './dates-of-rule.tsx'
import {type Asked, type Block, blocksOf} from './message-blocks.ts'
import type {SaidTasks} from './said-tasks.ts'
import {TaskCard} from './task-card.tsx'
import {TextLines} from './text-lines.tsx'

/** How a question is answered. */
export interface ChatActs {
  readonly send: (text: string) => void
  readonly approve: (yes: boolean) => void
}

export interface AnswerProps {
  readonly act: ChatActs
  readonly message: UIMessage
  readonly zone: string
  readonly said: SaidTasks
  readonly isRunning: boolean
  readonly isLast: boolean
}

/** What todo5 said: words, tasks, dates, and what it asks. */
export function Answer({message, isRunning, isLast, ...props}: AnswerProps) {
  const blocks = blocksOf(message, {isRunning, isLast})
  return blocks.map((block, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts of a message only grow
    <BlockView key={`${index} ${block.kind}`} {...props} block={block} isOpen={isLast && !isRunning} />
  ))
}

type BlockProps = Pick<AnswerProps, 'act' | 'zone' | 'said'> & {
  readonly block: Block
  /** Its questions can be answered. */
  readonly isOpen: boolean
}

function BlockView({block, act, zone, said, isOpen}: BlockProps) {
  switch (block.kind) {
    case 'text':
      return <TextLines text={block.text} />
    case 'note':
      return (
        <p className="said-note" dir="auto">
          {block.text}
        </p>
      )
    case 'dates':
      return <DatesOfRule preview={block.preview} />
    case 'cards':
      return (
        <ul className={block.cards.length > 1 ? 'cards cards-list' : 'cards'}>
          {block.cards.map((card) => (
            <TaskCard
              key={`${card.verb} ${card.task.id}`}
              card={card}
              said={said.get(card.task.id)!}
              zone={zone}
              isShort={card.place !== undefined && block.cards.length > 1}
            />
          ))}
        </ul>
      )
    case 'approval':
      return <Approval asked={block.asked} isOpen={isOpen} onAnswer={act.approve} />
    case 'question':
      return (
        <div className="said-choices">
          {block.question.choices.map(({means, write}) => (
            <Button key={write} onPress={() => act.send(write)}>
              <span dir="auto">{means}</span>
            </Button>
          ))}
        </div>
      )
  }
}

const REACH: Readonly<Record<string, string>> = {
  this: 'only this one, the next follows',
  following: 'this and all that follow',
  all: 'the whole series, also what is done',
}

interface ApprovalProps {
  readonly asked: readonly Asked[]
  readonly isOpen: boolean
  readonly onAnswer: (yes: boolean) => void
}

/** What will go, and the two ways on. */
function Approval({asked, isOpen, onAnswer}: ApprovalProps) {
  const isDeletion = asked.every(({tool}) => tool === 'delete_task')
  return (
    <div className="approval">
      <p className="approval-head">{isDeletion ? 'To be deleted' : 'To be done'}</p>
      <ul>
        {asked.map((one) => (
          <li key={one.approvalId}>
            <AskedFor asked={one} />
          </li>
        ))}
      </ul>
      {isOpen ? (
        <div className="approval-ways">
          <Button look={isDeletion ? 'danger' : 'act'} onPress={() => onAnswer(true)}>
            {isDeletion ? 'Yes, delete' : 'Yes'}
          </Button>
          <Button onPress={() => onAnswer(false)}>{isDeletion ? 'No, keep' : 'No'}</Button>
        </div>
      ) : (
        <p className="said-note">Not answered: nothing was changed.</p>
      )}
    </div>
  )
}

function AskedFor({asked: {tool, input}}: {readonly asked: Asked}) {
  const id = typeof input['id'] === 'number' ? input['id'] : null
  const {data: task} = useQuery({
    queryKey: keys.task(id ?? 0),
    enabled: id !== null,
    queryFn: async ({signal}) => read<TaskResponse>(`/tasks/${id}`, {signal}),
  })
  const reach = REACH[String(input['scope'])]
  return (
    <>
      <bdi>{task?.title ?? (id === null ? tool.replaceAll('_', ' ') : `Task ${id}`)}</bdi>
      {reach !== undefined && <span className="said-note"> ({reach})</span>}
    </>
  )
}
