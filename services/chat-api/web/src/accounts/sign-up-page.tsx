import {useState} from 'react'
import {auth} from '../api/client.ts'
import {Link} from '../shell/link.tsx'
import {useSearch} from '../shell/router.ts'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {AccountError, AccountPage, useSubmission} from './account-page.tsx'
import {enter} from './sign-in-page.tsx'
import {wayBack} from './way-back.ts'
import {ZoneChoice, zoneOfDevice} from './zone-choice.tsx'

/** `/sign-up` */
export default function SignUpPage() {
  const to = wayBack(useSearch().get('to'))
  const [fields, setFields] = useState({name: '', email: '', password: '', time_zone: zoneOfDevice()})
  const {busy, error, onSubmit} = useSubmission()
  const set = (name: keyof typeof fields) => (value: string) => setFields((before) => ({...before, [name]: value}))
  const signUp = onSubmit(async () => {
    await auth('POST', '/sign-up/email', {body: fields})
    await enter(to)
  })
  return (
    <AccountPage title="Create your account">
      <form className="account-form" onSubmit={signUp}>
        <AccountError>{error}</AccountError>
        <TextField label="Name" name="name" autoComplete="name" isRequired value={fields.name} onChange={set('name')} />
        <TextField
          label="E-mail"
          description="Reminders go there."
          type="email"
          name="email"
          autoComplete="username"
          isRequired
          value={fields.email}
          onChange={set('email')}
        />
        <TextField
          label="Password"
          description="At least 8 characters."
          type="password"
          name="password"
          autoComplete="new-password"
          isRequired
          minLength={8}
          maxLength={128}
          value={fields.password}
          onChange={set('password')}
        />
        <ZoneChoice value={fields.time_zone} onChange={set('time_zone')} />
        <Button look="act" type="submit" isDisabled={busy}>
          {busy ? 'Creating…' : 'Create account'}
        </Button>
      </form>
      <p className="account-aside">
        You have one? <Link href="/sign-in">Sign in</Link>
      </p>
    </AccountPage>
  )
}
