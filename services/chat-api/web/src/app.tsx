import {Suspense, useEffect} from 'react'
import {isSignedOut} from './api/api-error.ts'
import {useProfile} from './api/profile.ts'
import {useFollowPush} from './push/follow-push.ts'
import {ROUTES} from './routes.ts'
import {type Match, matchRoute, navigate, usePath} from './shell/router.ts'
import {NotFound} from './shell/not-found.tsx'
import {Shell} from './shell/shell.tsx'
import {AnnouncerRegion} from './ui/announcer-region.tsx'
import {NoticeBar} from './ui/notice-bar.tsx'

export function App() {
  const match = matchRoute(ROUTES, usePath())
  const title = match?.route.title ?? 'Not found'
  useEffect(() => {
    document.title = `${title} · todo5`
  }, [title])
  return (
    <>
      {match?.route.place === 'bare' ? <Page match={match} /> : <SignedIn match={match} />}
      <NoticeBar />
      <AnnouncerRegion />
    </>
  )
}

const Page = ({match: {route, params}}: {match: Match}) => (
  <Suspense fallback={null}>
    <route.page params={params} />
  </Suspense>
)

/** Everything but the pages to sign in: without a session these come first, and lead back here. */
function SignedIn({match}: {match: Match | undefined}) {
  const {data: profile, error} = useProfile()
  useFollowPush(profile?.user_id)
  const signedOut = isSignedOut(error)
  useEffect(() => {
    if (!signedOut) return
    const here = location.pathname + location.search
    navigate(here === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(here)}`, {replace: true})
  }, [signedOut])
  if (signedOut) return null
  return <Shell match={match}>{match ? <Page match={match} /> : <NotFound />}</Shell>
}
