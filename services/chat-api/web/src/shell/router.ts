import {type ComponentType, type LazyExoticComponent, useEffect, useRef, useSyncExternalStore} from 'react'

/** What stands in the path for `:name`. */
export type Params = Readonly<Record<string, string>>

/**
 * A page. `bare`: alone, as to sign in, and for everybody; `list`: with the navigation; `pane`: beside the list on a wide
 * window, over it on a narrow one.
 */
export interface Route {
  /** `/tasks/:id`; every part between slashes is a word or a parameter. */
  readonly path: string
  readonly place: 'bare' | 'list' | 'pane'
  /** Of the window, before `· todo5`. */
  readonly title: string
  readonly page: LazyExoticComponent<ComponentType<{params: Params}>>
}

export interface Match {
  readonly route: Route
  readonly params: Params
}

export function matchRoute(routes: readonly Route[], path: string): Match | undefined {
  for (const route of routes) {
    const params = paramsOf(route.path, path)
    if (params) return {route, params}
  }
  return undefined
}

function paramsOf(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/')
  const parts = path.replace(/(?<=.)\/$/u, '').split('/')
  if (wanted.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [place, part] of parts.entries()) {
    const name = wanted[place]!
    if (name.startsWith(':') && part !== '') params[name.slice(1)] = part
    else if (name !== part) return undefined
  }
  return params
}

/** Asks whether the page that is open may be left, and calls `goOn` when it may. */
type Question = (goOn: () => void) => void

let question: Question | undefined
const listeners = new Set<() => void>()
/** `/all?tag=home`: the page that is shown, also while a step of the browser away from it is asked about. */
let shown: string | undefined
/** Steps from the first page of the app to this one: tells a step back from one forward. */
let place: number | undefined

const addressShown = (): string => (shown ??= location.pathname + location.search)
const placeShown = (): number => (place ??= placeOf(history.state) ?? 0)
const placeOf = (state: unknown): number | undefined => (state as {place?: number} | null)?.place
const isLeft = (to: string): boolean => /^[^?#]*/u.exec(to)![0] !== addressShown().split('?')[0]

/** Goes to a page of the app; `replace`: without a step back, as for a filter that is being typed. */
export function navigate(to: string, {replace = false} = {}): void {
  if (to === location.pathname + location.search + location.hash) return
  askBefore(to, () => {
    place = replace ? placeShown() : placeShown() + 1
    if (replace) history.replaceState({place}, '', to)
    else history.pushState({place}, '', to)
    show()
  })
}

function askBefore(to: string, go: () => void): void {
  if (!question || !isLeft(to)) return go()
  question(() => {
    question = undefined
    go()
  })
}

function show(): void {
  shown = location.pathname + location.search
  for (const changed of listeners) changed()
}

/** The browser went a step, and cannot be held: while somebody is asked it is sent back. */
function onStep(): void {
  const before = placeShown()
  const now = placeOf(history.state)
  if (question && isLeft(location.pathname)) {
    // An entry without a place is that of a link within a page; most steps are back.
    const by = (now ?? before) - before || -1
    history.go(-by)
    askBefore(location.pathname, () => history.go(by))
    return
  }
  place = now ?? before
  show()
}

function subscribe(changed: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', onStep)
  listeners.add(changed)
  return () => {
    listeners.delete(changed)
    if (listeners.size === 0) removeEventListener('popstate', onStep)
  }
}

/**
 * While `ask` is given, each way out of this page leads to it first: links, keys, the steps of the browser. When the tab is
 * closed or loaded anew the browser asks, in its own words.
 */
export function useQuestionBeforeLeaving(ask: Question | null): void {
  const latest = useRef(ask)
  useEffect(() => {
    latest.current = ask
  })
  const isAsking = ask !== null
  useEffect(() => {
    if (!isAsking) return
    const own: Question = (goOn) => (latest.current ? latest.current(goOn) : goOn())
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    question = own
    addEventListener('beforeunload', warn)
    return () => {
      if (question === own) question = undefined
      removeEventListener('beforeunload', warn)
    }
  }, [isAsking])
}

/** There is nothing left to ask about: what would be lost is gone already. */
export function leaveWithoutQuestion(): void {
  question = undefined
}

/**
 * Once for each time that an address ends in `#name`, as `/tasks/7#due` does, then and when the page is there already; it
 * goes out of the address, so that a reload does not do it again.
 */
export function useHash(name: string, act: () => void): void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    const look = (): void => {
      if (location.hash !== `#${name}`) return
      history.replaceState(history.state, '', location.pathname + location.search)
      latest.current()
    }
    look()
    return subscribe(look)
  }, [name])
}

/** `/all?tag=home`, as it changes. */
const useAddress = (): string => useSyncExternalStore(subscribe, addressShown)

export function usePath(): string {
  return useAddress().split('?')[0]!
}

export function useSearch(): URLSearchParams {
  return new URLSearchParams(useAddress().split('?')[1] ?? '')
}
