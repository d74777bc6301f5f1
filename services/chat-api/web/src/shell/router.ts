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

const CHANGED = 'todo5:navigated'

/** Goes to a page of the app; `replace`: without a step back, as for a filter that is being typed. */
export function navigate(to: string, {replace = false} = {}): void {
  if (to === location.pathname + location.search + location.hash) return
  if (replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  dispatchEvent(new Event(CHANGED))
}

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed)
  addEventListener(CHANGED, changed)
  return () => {
    removeEventListener('popstate', changed)
    removeEventListener(CHANGED, changed)
  }
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
      history.replaceState(null, '', location.pathname + location.search)
      latest.current()
    }
    look()
    return subscribe(look)
  }, [name])
}

/** `/all?tag=home`, as it changes. */
const useAddress = (): string => useSyncExternalStore(subscribe, () => location.pathname + location.search)

export function usePath(): string {
  return useAddress().split('?')[0]!
}

export function useSearch(): URLSearchParams {
  return new URLSearchParams(useAddress().split('?')[1] ?? '')
}
