import type {SignInLinkResponse} from '../../services/contracts/account-end.ts'
import type {Context} from '../client/contexts.ts'
import type {OpenHttp} from '../client/http-client.ts'

/** Where a page of the web app is: on this machine with a link that signs its user in, once; elsewhere as it is. */
export async function appAddress(
  {name, apiUrl, apiKey, whenAway}: Context,
  http: OpenHttp,
  page: '/' | '/status' = '/',
): Promise<string> {
  if (name !== 'local' && name !== 'host') return new URL(page, apiUrl).href
  const client = await http({apiUrl, apiKey, whenAway})
  try {
    const link = await client.call<SignInLinkResponse>({method: 'POST', path: '/operator/sign-in-link'})
    if (page === '/') return link.url
    const url = new URL(link.url)
    url.searchParams.set('to', page)
    return url.href
  } finally {
    client.close()
  }
}
