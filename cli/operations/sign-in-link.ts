import type {SignInLinkResponse} from '../../services/contracts/account-end.ts'
import type {Context} from '../client/contexts.ts'
import type {OpenHttp} from '../client/http-client.ts'

/** Where the web app is: on this machine with a link that signs its user in, once; elsewhere as it is. */
export async function appAddress({name, apiUrl, apiKey, whenAway}: Context, http: OpenHttp): Promise<string> {
  if (name !== 'local' && name !== 'host') return `${new URL(apiUrl).origin}/`
  const client = await http({apiUrl, apiKey, whenAway})
  try {
    return (await client.call<SignInLinkResponse>({method: 'POST', path: '/operator/sign-in-link'})).url
  } finally {
    client.close()
  }
}
