import {useEffect, useState} from 'react'
import {isSignedOut} from '../api/api-error.ts'
import {auth} from '../api/client.ts'
import {useProfile} from '../api/profile.ts'
import {navigate, useSearch} from '../shell/router.ts'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {AccountError, AccountPage, type Submission, useSubmission} from './account-page.tsx'
import {shownCode} from './way-back.ts'

type Step = 'code' | 'decide' | 'approved' | 'denied'

const ENDS: Readonly<Partial<Record<Step, string>>> = {
  approved: 'The device is signed in. Go back to it; this page can be closed.',
  denied: 'The device was not signed in. This page can be closed.',
}

/** `/device?user_code=…`: where `todo5 login` sends a person. */
export default function DevicePage() {
  const asked = shownCode(useSearch().get('user_code') ?? '')
  const {data: profile, error: profileError} = useProfile()
  const [code, setCode] = useState(asked)
  const [step, setStep] = useState<Step>('code')
  const submission = useSubmission()
  const signedOut = isSignedOut(profileError)
  useEffect(() => {
    if (signedOut) navigate(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`, {replace: true})
  }, [signedOut])
  if (!profile) return null
  const look = submission.onSubmit(async () => {
    await auth('GET', '/device', {query: {user_code: code}})
    setStep('decide')
  })
  const decide = (what: 'approve' | 'deny') => (): void =>
    submission.run(async () => {
      await auth('POST', `/device/${what}`, {body: {userCode: code}})
      setStep(what === 'approve' ? 'approved' : 'denied')
    })
  return (
    <AccountPage title="Sign a device in">
      <div role="status">{ENDS[step] !== undefined && <p>{ENDS[step]}</p>}</div>
      {step === 'code' && (
        <form className="account-form account-code" onSubmit={look}>
          <AccountError>{submission.error}</AccountError>
          <TextField
            label="Code"
            description="As the terminal shows it."
            autoComplete="off"
            isRequired
            value={code}
            onChange={(text) => setCode(shownCode(text))}
          />
          <Button look="act" type="submit" isDisabled={submission.busy}>
            Continue
          </Button>
        </form>
      )}
      {step === 'decide' && <Question code={code} email={profile.email} submission={submission} decide={decide} />}
    </AccountPage>
  )
}

interface QuestionProps {
  readonly code: string
  readonly email: string
  readonly submission: Submission
  readonly decide: (what: 'approve' | 'deny') => () => void
}

const Question = ({code, email, submission, decide}: QuestionProps) => (
  <>
    <AccountError>{submission.error}</AccountError>
    <p>
      A todo5 command line with the code <strong className="figures">{code}</strong> wants to read and change everything
      of <strong>{email}</strong>.
    </p>
    <p className="account-aside">Only go on if you typed todo5 login yourself, just now.</p>
    <div className="account-acts">
      <Button look="act" onPress={decide('approve')} isDisabled={submission.busy}>
        Sign it in
      </Button>
      <Button onPress={decide('deny')} isDisabled={submission.busy}>
        Refuse
      </Button>
    </div>
  </>
)
