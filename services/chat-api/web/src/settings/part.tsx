import {type ReactNode, useId} from 'react'

/** A headed part of a page of the settings. */
export function Part({title, children}: {title: string; children: ReactNode}) {
  const id = useId()
  return (
    <section className="settings-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
