import {type ComponentType, lazy} from 'react'
import type {Params, Route} from './router.ts'
import {whenConnected} from './when-connected.ts'

/** A page that is loaded when it is first opened; without a connection its place is empty until there is one. */
export const lazyPage = (load: () => Promise<{default: ComponentType<{params: Params}>}>): Route['page'] => {
  let isAgain = false
  return lazy(async () =>
    whenConnected(async () => {
      if (isAgain) loadStylesAgain()
      isAgain = true
      return load()
    }),
  )
}

/** Vite asks for the styles of a page once, whatever became of them; the script is asked for again. */
function loadStylesAgain(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]'))
    if (link.sheet === null) link.replaceWith(link.cloneNode())
}
