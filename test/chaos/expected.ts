import type {AnswerFacts, DayRule, Entry, Operation, Sent} from './ledger.ts'

export interface ExpectedTask {
  readonly id: number
  readonly place: number
  state: 'open' | 'completed' | 'skipped'
  deleted: boolean
  /** Taken back as if it had never been. */
  retracted: boolean
  description: string
  /** The last that an answer showed. */
  version: number
  /** Whether nothing without an answer of its own can have raised the version since. */
  exact: boolean
}

/** A time for which a mail has to come, or may have come before somebody moved or cancelled it. */
export interface ExpectedMail {
  readonly at: number
  readonly must: boolean
}

export interface Chain {
  readonly name: string
  readonly userId: string
  readonly rule: DayRule | null
  readonly firstDueAt: number
  readonly tasks: Map<number, ExpectedTask>
  /** Deleted by its user: nothing follows any more. */
  dead: boolean
  mails: ExpectedMail[]
}

export interface Expectations {
  readonly chains: readonly Chain[]
  /** Operations whose outcome nobody knows. */
  readonly unresolved: readonly Sent[]
  readonly answered: number
  readonly refused: number
}

interface Before {
  readonly tasks: ReadonlyMap<number, ExpectedTask>
  readonly dead: boolean
  readonly mails: readonly ExpectedMail[]
}

/** What has to be there by the answers that clients got: read from the ledger, and from nothing of todo5. */
export function expectations(entries: readonly Entry[]): Expectations {
  const open = new Map<number, Sent>()
  const chains = new Map<string, Chain>()
  const before = new Map<number, Before>()
  let [answered, refused] = [0, 0]
  for (const entry of entries) {
    if (entry.type === 'sent') open.set(entry.n, entry)
    if (entry.type === 'refused' && open.delete(entry.n)) refused++
    if (entry.type !== 'answered') continue
    const sent = open.get(entry.n)
    if (!sent) throw new Error(`operation ${entry.n} was answered and never sent`)
    open.delete(entry.n)
    answered++
    const {operation} = sent
    const chain = chains.get(operation.chain) ?? newChain(sent)
    chains.set(operation.chain, chain)
    // Found by the client, not in an answer: it is part of what an undo leaves there.
    if ('task' in operation) known(chain, operation.task, operation.place)
    before.set(entry.n, copyOf(chain))
    apply(chain, operation, {answer: entry.answer, at: entry.at, before})
  }
  return {chains: [...chains.values()], unresolved: [...open.values()], answered, refused}
}

function newChain({user, operation}: Sent): Chain {
  if (operation.op !== 'create') throw new Error(`${operation.chain} begins with ${operation.op}`)
  const {chain: name, rule, dueAt: firstDueAt} = operation
  return {name, userId: user, rule, firstDueAt, tasks: new Map(), dead: false, mails: []}
}

const copyOf = ({tasks, dead, mails}: Chain): Before => ({
  tasks: new Map([...tasks].map(([id, task]) => [id, {...task}])),
  dead,
  mails: [...mails],
})

interface Outcome {
  readonly answer: AnswerFacts
  /** When the answer came. */
  readonly at: number
  readonly before: ReadonlyMap<number, Before>
}

function apply(chain: Chain, operation: Operation, outcome: Outcome): void {
  const {answer, at} = outcome
  if (operation.op === 'undo') {
    undo(chain, outcome.before.get(operation.of)!, outcome)
  } else {
    const place = operation.op === 'create' ? 0 : operation.place
    const task = known(chain, operation.op === 'create' ? answer.tasks[0]!.id : operation.task, place)
    if (operation.op === 'create') schedule(chain, operation.remindAt)
    if (operation.op === 'move' || operation.op === 'snooze') {
      alter(chain, at)
      schedule(chain, operation.remindAt)
    }
    if (operation.op === 'edit') task.description = operation.description
    if (operation.op === 'complete') task.state = 'completed'
    if (operation.op === 'skip') task.state = 'skipped'
    if (operation.op === 'complete' || operation.op === 'skip') alter(chain, at)
    if (operation.op === 'delete') remove(chain, task, operation.scope, at)
    if (operation.op === 'reopen') {
      task.state = 'open'
      for (const other of chain.tasks.values()) if (other.place > place) other.retracted = true
    }
    if (answer.next) known(chain, answer.next.id, place + 1)
  }
  for (const {id, version} of [...answer.tasks, ...(answer.next ? [answer.next] : [])]) {
    const task = chain.tasks.get(id)
    if (!task || task.retracted) continue
    task.version = Math.max(task.version, version)
    task.exact = true
  }
}

function known(chain: Chain, id: number, place: number): ExpectedTask {
  const found = chain.tasks.get(id)
  if (found) return found
  // What follows says what the one before said.
  const [last] = [...chain.tasks.values()].filter((task) => task.place === place - 1 && !task.retracted)
  const task: ExpectedTask = {
    id,
    place,
    state: 'open',
    deleted: false,
    retracted: false,
    description: last?.description ?? '',
    version: 1,
    exact: false,
  }
  chain.tasks.set(id, task)
  return task
}

function remove(chain: Chain, task: ExpectedTask, scope: 'this' | 'following' | 'all', at: number): void {
  alter(chain, at)
  if (scope === 'this' && chain.rule) {
    task.state = 'skipped'
    return
  }
  chain.dead = scope !== 'this'
  for (const other of chain.tasks.values()) {
    if (other.retracted || (other !== task && scope !== 'all' && other.place <= task.place)) continue
    other.deleted = true
    other.exact = false
  }
}

/** The rows say again what they said before that operation, and what it had made is gone. */
function undo(chain: Chain, before: Before, {answer, at}: Outcome): void {
  for (const [id, task] of chain.tasks) {
    const old = before.tasks.get(id)
    if (!old || answer.removed.includes(id)) task.retracted = true
    else Object.assign(task, {...old, version: task.version, exact: false})
  }
  chain.dead = before.dead
  // Of what came back only that is sent whose time is still ahead.
  chain.mails = before.mails.map((mail) => ({at: mail.at, must: mail.must && mail.at > at}))
}

function schedule(chain: Chain, at: number | null): void {
  if (at !== null) chain.mails.push({at, must: true})
}

/** Whoever is told before its time that it is off gets none; otherwise it may be on its way. */
function alter(chain: Chain, answeredAt: number): void {
  chain.mails = chain.mails.filter((mail) => mail.at <= answeredAt).map(({at}) => ({at, must: false}))
}
