import {useState} from 'react'
import {auth} from '../api/client.ts'
import {Link} from '../shell/link.tsx'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {AccountError, AccountPage, useSubmission} from './account-page.tsx'

/** `/forgot-password`: says the same whether there is such an account. */
export default function ForgotPage() {
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState<string>()
  const {busy, error, onSubmit} = useSubmission()
  const ask = onSubmit(async () => {
    await auth('POST', '/request-password-reset', {body: {email}})
    setSentTo(email)
  })
  return (
    <AccountPage title="Forgot your password?">
      <div role="status">
        {sentTo !== undefined && (
          <p>If {sentTo} has an account here, a mail with a link is on its way. The link works once, for an hour.</p>
        )}
      </div>
      {sentTo === undefined && (
        <form className="account-form" onSubmit={ask}>
          <AccountError>{error}</AccountError>
          <TextField
            label="E-mail"
            description="The address of your account; a link to set a new password goes there."
            type="email"
            name="email"
            autoComplete="username"
            isRequired
            value={email}
            onChange={setEmail}
          />
          <Button look="act" type="submit" isDisabled={busy}>
            {busy ? 'Sending…' : 'Send the link'}
          </Button>
        </form>
      )}
      <p className="account-aside">
        <Link href="/sign-in">Back to sign in</Link>
      </p>
    </AccountPage>
  )
}
