import './shell.css'
import {CalendarDays, ListChecks, type LucideIcon, MessageCircle, Settings, Sun} from 'lucide-react'
import {type ReactNode, Suspense, lazy, useState} from 'react'
import {useProfile} from '../api/profile.ts'
import {hideChat, showChat, useChatOpen} from '../chat/chat-open.ts'
import {ROUTES} from '../routes.ts'
import {Connection} from './connection.tsx'
import {Link} from './link.tsx'
import {type Match, matchRoute, usePath} from './router.ts'
import {useNarrow} from './use-narrow.ts'
import {useShortcuts} from './use-shortcuts.ts'
import {whenConnected} from './when-connected.ts'

const ShortcutSheet = lazy(async () => import('./shortcut-sheet.tsx'))
const ChatPanel = lazy(async () => whenConnected(async () => import('../chat/chat-panel.tsx')))

interface Place {
  readonly href: string
  readonly label: string
  readonly icon: LucideIcon
}

const CHAT = '/chat'
const PLACES: readonly Place[] = [
  {href: '/', label: 'Today', icon: Sun},
  {href: '/upcoming', label: 'Upcoming', icon: CalendarDays},
  {href: '/all', label: 'All', icon: ListChecks},
  {href: CHAT, label: 'Chat', icon: MessageCircle},
  {href: '/settings/account', label: 'Settings', icon: Settings},
]

const isHere = (href: string, path: string): boolean =>
  href.startsWith('/settings/') ? path.startsWith('/settings/') : path === href

/** The navigation, the list, and beside it what is looked at in particular. */
export function Shell({match, children}: {match: Match | undefined; children: ReactNode}) {
  const path = usePath()
  const {isSheetOpen, closeSheet} = useShortcuts()
  const {data: profile} = useProfile()
  const isNarrow = useNarrow()
  const isPane = match?.route.place === 'pane'
  // A task that is opened from it takes its place, and gives it back.
  const isChat = useChatOpen() && !isNarrow && !isPane && path !== CHAT
  const behind = useListBehind(match)
  return (
    <div className={isPane || isChat ? 'shell shell-with-pane' : 'shell'}>
      <a className="skip-link" href="#main">
        Skip to the list
      </a>
      <nav className="nav" aria-label="Pages">
        <p className="nav-name" aria-hidden>
          todo5
        </p>
        <ul>
          {PLACES.map(({href, label, icon: Icon}) => (
            <li key={href}>
              {href === CHAT && !isNarrow ? (
                <button
                  type="button"
                  id="chat-toggle"
                  className="nav-link"
                  aria-expanded={isChat}
                  onClick={isChat ? hideChat : showChat}
                >
                  <Icon className="icon" aria-hidden />
                  <span>{label}</span>
                </button>
              ) : (
                <Link href={href} className="nav-link" aria-current={isHere(href, path) ? 'page' : undefined}>
                  <Icon className="icon" aria-hidden />
                  <span>{label}</span>
                </Link>
              )}
            </li>
          ))}
        </ul>
      </nav>
      <main className="main" id="main" tabIndex={-1}>
        {profile && <Connection userId={profile.user_id} />}
        {isPane ? <Behind match={behind} /> : children}
      </main>
      {isPane && (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- one element that is either: another tag would forget what is typed in it
        <section className="pane" role={isNarrow ? 'main' : 'complementary'} aria-label={match.route.title}>
          {children}
        </section>
      )}
      {isChat && (
        <aside className="pane chat-pane" aria-label="Chat">
          <Suspense fallback={null}>
            <ChatPanel onClose={hideChat} />
          </Suspense>
        </aside>
      )}
      {isSheetOpen && (
        <Suspense fallback={null}>
          <ShortcutSheet onClose={closeSheet} />
        </Suspense>
      )}
    </div>
  )
}

/** The list that was open before the pane; Today when the pane was opened by its address. */
function useListBehind(match: Match | undefined): Match {
  const isList = match?.route.place === 'list' && !/^\/(?:settings|chat)/u.test(match.route.path)
  const [last, setLast] = useState(() => (isList ? match : matchRoute(ROUTES, '/')!))
  if (isList && match.route !== last.route) setLast(match)
  return last
}

const Behind = ({match: {route, params}}: {match: Match}) => (
  <Suspense fallback={null}>
    <route.page params={params} />
  </Suspense>
)
