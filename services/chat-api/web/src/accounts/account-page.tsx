import './accounts.css'
import {type FormEvent, type ReactNode, useState} from 'react'
import {sentenceOf} from '../api/api-error.ts'

/** One column with the name of the app above it. */
export function AccountPage({title, children}: {title: string; children: ReactNode}) {
  return (
    <main className="account-page">
      <p className="account-name">todo5</p>
      <h1>{title}</h1>
      {children}
    </main>
  )
}

export interface Submission {
  readonly busy: boolean
  readonly error: string | undefined
  /** Does the work, one at a time; what it throws is `error` until the next try. */
  readonly run: (work: () => Promise<void>) => void
  /** The same, for a form. */
  readonly onSubmit: (work: () => Promise<void>) => (event: FormEvent) => void
}

export function useSubmission(): Submission {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const run = (work: () => Promise<void>): void => {
    if (busy) return
    setBusy(true)
    setError(undefined)
    work()
      .catch((thrown: unknown) => setError(sentenceOf(thrown)))
      .finally(() => setBusy(false))
  }
  return {
    busy,
    error,
    run,
    onSubmit: (work) => (event) => {
      event.preventDefault()
      run(work)
    },
  }
}

/** Said as soon as it is there. */
export const AccountError = ({children}: {children: string | undefined}) => (
  <div role="alert">{children !== undefined && <p className="account-error">{children}</p>}</div>
)
