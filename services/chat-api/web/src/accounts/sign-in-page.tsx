import {useEffect, useState} from 'react'
import {auth} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {Link} from '../shell/link.tsx'
import {navigate, useSearch} from '../shell/router.ts'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {AccountError, AccountPage, useSubmission} from './account-page.tsx'
import {tokenOf, wayBack} from './way-back.ts'

/** Elsewhere there are no links that sign in. */
const ON_THIS_MACHINE = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u

/** What was read as somebody else, or as nobody, counts no more. */
export async function enter(to: string): Promise<void> {
  queryClient.clear()
  navigate(to, {replace: true})
}

/** `/sign-in`; with `#link=…` the link of `todo5 open app`, which signs in by itself. */
export default function SignInPage() {
  const to = wayBack(useSearch().get('to'))
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const {busy, error, run, onSubmit} = useSubmission()
  useEffect(() => {
    const token = tokenOf(location.hash, 'link')
    if (token === undefined) return
    // Out of the address and the history before anything else: it works once.
    history.replaceState(null, '', location.pathname + location.search)
    run(async () => {
      await auth('POST', '/sign-in/link', {body: {token}})
      await enter(to)
    })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when the page appears
  }, [])
  const signIn = onSubmit(async () => {
    await auth('POST', '/sign-in/email', {body: {email, password}})
    await enter(to)
  })
  const other = to === '/' ? '' : `?to=${encodeURIComponent(to)}`
  return (
    <AccountPage title="Sign in">
      <form className="account-form" onSubmit={signIn}>
        <AccountError>{error}</AccountError>
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          isRequired
          value={email}
          onChange={setEmail}
        />
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          isRequired
          value={password}
          onChange={setPassword}
        />
        <Button look="act" type="submit" isDisabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      <p className="account-aside">
        <Link href="/forgot-password">Forgot your password?</Link>
      </p>
      <p className="account-aside">
        No account yet? <Link href={`/sign-up${other}`}>Create one</Link>
      </p>
      {ON_THIS_MACHINE.test(location.hostname) && (
        <p className="account-aside">
          In a terminal of this machine, <code>todo5 open app</code> signs you in.
        </p>
      )}
    </AccountPage>
  )
}
