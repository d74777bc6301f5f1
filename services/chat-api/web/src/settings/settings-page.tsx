import './settings.css'
import type {ComponentType} from 'react'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import {sentenceOf} from '../api/api-error.ts'
import {useProfile} from '../api/profile.ts'
import {Link} from '../shell/link.tsx'
import {NotFound} from '../shell/not-found.tsx'
import {Button} from '../ui/button.tsx'
import {AccountSection} from './account-section.tsx'
import {CalendarSection} from './calendar-section.tsx'
import {DataSection} from './data-section.tsx'
import {KeysSection} from './keys-section.tsx'
import {NotificationsSection} from './notifications-section.tsx'

const SECTIONS: readonly {path: string; title: string; body: ComponentType<{profile: ProfileResponse}>}[] = [
  {path: 'account', title: 'Account', body: AccountSection},
  {path: 'notifications', title: 'Notifications', body: NotificationsSection},
  {path: 'calendar', title: 'Calendar', body: CalendarSection},
  {path: 'keys', title: 'Keys', body: KeysSection},
  {path: 'data', title: 'Data', body: DataSection},
]

/** `/settings/account`, `/notifications`, `/calendar`, `/keys`, `/data` */
export default function SettingsPage({params}: {params: Readonly<Record<string, string>>}) {
  const {data: profile, error, refetch} = useProfile()
  const here = SECTIONS.find(({path}) => path === (params['section'] ?? 'account'))
  if (!here) return <NotFound />
  return (
    <div className="page settings">
      <h1>Settings</h1>
      <nav aria-label="Settings">
        <ul className="settings-tabs">
          {SECTIONS.map(({path, title}) => (
            <li key={path}>
              <Link href={`/settings/${path}`} aria-current={path === here.path ? 'page' : undefined}>
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {profile ? <here.body key={here.path} profile={profile} /> : null}
      {!profile && error && (
        <div role="alert" className="settings-part">
          <p>{sentenceOf(error)}</p>
          <div>
            <Button onPress={() => void refetch()}>Try again</Button>
          </div>
        </div>
      )}
    </div>
  )
}
