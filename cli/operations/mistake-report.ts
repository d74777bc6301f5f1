/** What is written of a mistake of ours, for whoever mends it; nothing in it is of the person's tasks, keys or places. */
export interface MistakeReport {
  readonly at: string
  readonly todo5: string
  readonly node: string
  readonly system: string
  /** As it was typed, without what is of the person. */
  readonly command: string
  readonly error: ReportedError
  /** The requests before it, oldest first. */
  readonly requests: readonly string[]
}

interface ReportedError {
  readonly name: string
  readonly code: string | null
  /** Null where it might quote a task. */
  readonly message: string | null
  /** Of the answer of a todo5. */
  readonly request_id: string | null
  readonly frames: readonly string[]
  readonly cause: ReportedError | null
}

export interface MistakeFacts extends Pick<MistakeReport, 'todo5' | 'node' | 'system' | 'requests'> {
  readonly now: number
  readonly error: unknown
  /** The id of the command, when it was found: `task:add`. */
  readonly id: string | undefined
  /** What was typed, or what stood behind the words of the command. */
  readonly argv: readonly string[]
  /** Texts that must not be in it, such as keys. */
  readonly secrets: readonly string[]
  /** Folders, the innermost first, and what stands in their place. */
  readonly folders: readonly (readonly [folder: string, name: string])[]
}

const LEFT_OUT = '…'

export function mistakeReport(facts: MistakeFacts): MistakeReport {
  const {now, error, id, argv, secrets, folders, todo5, node, system, requests} = facts
  const words = argv.map(withoutContent)
  const typed = argv.filter((word, index) => words[index] !== word)
  const hidden = [...secrets, ...typed].filter((text) => text.length > 2).toSorted((a, b) => b.length - a.length)
  const clean = (text: string): string => {
    const inFolders = folders.reduce((left, [folder, name]) => left.replaceAll(folder, name), text)
    return hidden.reduce((left, secret) => left.replaceAll(secret, LEFT_OUT), inFolders)
  }
  return {
    at: new Date(now).toISOString(),
    todo5,
    node,
    system,
    command: ['todo5', ...(id === undefined ? [] : id.split(':')), ...words].join(' '),
    error: reported(error, clean),
    requests: requests.map(clean),
  }
}

/** Names of flags and numbers stay: neither says what anybody has to do. */
function withoutContent(word: string): string {
  if (/^--?[a-z][a-z-]*$/u.test(word) && (word.startsWith('--') || word.length === 2)) return word
  if (/^\d{1,15}$/u.test(word) || word === '-' || word === '--') return word
  const [, flag] = /^(--[a-z][a-z-]*)=/u.exec(word) ?? []
  return flag === undefined ? LEFT_OUT : `${flag}=${LEFT_OUT}`
}

const MOST_CAUSES = 5
const MOST_FRAMES = 40

function reported(error: unknown, clean: (text: string) => string, depth = 0): ReportedError {
  if (!(error instanceof Error)) {
    const {request_id: requestId, code} = (error ?? {}) as {request_id?: unknown; code?: unknown}
    return {...NOTHING, name: typeof error, code: nameOf(code), request_id: nameOf(requestId)}
  }
  const {code, cause} = error as {code?: unknown; cause?: unknown}
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line))
  return {
    ...NOTHING,
    name: error.name,
    code: nameOf(code),
    message: messageOf(error, clean),
    frames: lines.slice(0, MOST_FRAMES).map((line) => clean(line.trim())),
    cause: cause === undefined || depth === MOST_CAUSES ? null : reported(cause, clean, depth + 1),
  }
}

const NOTHING = {code: null, message: null, request_id: null, frames: [], cause: null} as const

/** Something that is a name, and no text of anybody. */
const nameOf = (value: unknown): string | null =>
  typeof value === 'string' && /^[\w.-]{1,60}$/u.test(value) ? value : null

/** What the engine says by itself, with the names of ours alone; everything else may quote what a person wrote. */
function messageOf(error: Error, clean: (text: string) => string): string | null {
  const named = /^Cannot (read|set) properties of (undefined|null) \((reading|setting) '[\w$]+'\)$/u
  const called = /^[\w$.#()[\]]+ is not (a function|a constructor|defined|iterable)$/u
  const fixed = /^(Maximum call stack size exceeded|Invalid time value|Invalid array length)$/u
  const said = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
  return said && [named, called, fixed].some((form) => form.test(error.message)) ? clean(error.message) : null
}
