import type {ProfileResponse} from '../../../../contracts/account.ts'
import {Link} from '../shell/link.tsx'
import {DetailsForm} from './details-form.tsx'
import {Part} from './part.tsx'
import {PasswordForm} from './password-form.tsx'
import {Sessions} from './sessions.tsx'
import {ShortcutSetting} from './shortcut-setting.tsx'

export const AccountSection = ({profile}: {profile: ProfileResponse}) => (
  <>
    <Part title="You">
      <DetailsForm profile={profile} />
    </Part>
    <Part title="Keyboard">
      <ShortcutSetting />
    </Part>
    <Part title="Password">
      <PasswordForm />
    </Part>
    <Part title="Signed in">
      <Sessions />
    </Part>
    {profile.role === 'operator' && (
      <Part title="This todo5">
        <p>
          <Link href="/status">Status</Link>: its services, outbox and reminders, as they are now.
        </p>
      </Part>
    )}
  </>
)
