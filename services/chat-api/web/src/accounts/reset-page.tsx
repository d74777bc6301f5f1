import {useEffect, useState} from 'react'
import {auth} from '../api/client.ts'
import {Link} from '../shell/link.tsx'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {AccountError, AccountPage, useSubmission} from './account-page.tsx'
import {tokenOf} from './way-back.ts'

/** `/reset-password#TOKEN`, the link of a mail. */
export default function ResetPage() {
  const [token] = useState(() => tokenOf(location.hash))
  const [password, setPassword] = useState('')
  const [done, setDone] = useState(false)
  const {busy, error, onSubmit} = useSubmission()
  // The next one at this browser must not find it in the history.
  useEffect(() => history.replaceState(null, '', location.pathname), [])
  const reset = onSubmit(async () => {
    await auth('POST', '/reset-password', {body: {token, newPassword: password}})
    setDone(true)
  })
  return (
    <AccountPage title="Set a new password">
      <div role="status">
        {done && <p>The new password is set, and all devices are signed out. API keys go on working.</p>}
      </div>
      {token === undefined && !done && (
        <p>This link is not complete. Open it from the mail once more, or ask for another.</p>
      )}
      {token !== undefined && !done && (
        <form className="account-form" onSubmit={reset}>
          <AccountError>{error}</AccountError>
          <TextField
            label="New password"
            description="At least 8 characters. All devices are signed out then."
            type="password"
            name="new-password"
            autoComplete="new-password"
            isRequired
            minLength={8}
            maxLength={128}
            value={password}
            onChange={setPassword}
          />
          <Button look="act" type="submit" isDisabled={busy}>
            {busy ? 'Setting…' : 'Set password'}
          </Button>
        </form>
      )}
      <p className="account-aside">
        {done ? <Link href="/sign-in">Sign in</Link> : <Link href="/forgot-password">Ask for another link</Link>}
      </p>
    </AccountPage>
  )
}
