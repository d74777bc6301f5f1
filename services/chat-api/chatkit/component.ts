import {DomainError} from '../../domain/errors.ts'

/** The vendor's component for the page: off unless somebody configures it, and nothing is loaded from elsewhere then. */
export interface ChatKitComponent {
  /** The script that defines the element `openai-chatkit`. */
  readonly scriptUrl: string
  /** What the vendor gives for the domain of the page. */
  readonly domainKey: string
}

/** Both variables or none; throws `invalid_configuration` for one alone. */
export function chatKitComponent(
  scriptUrl: string | undefined,
  domainKey: string | undefined,
): ChatKitComponent | undefined {
  if (scriptUrl !== undefined && domainKey !== undefined) return {scriptUrl, domainKey}
  if (scriptUrl === undefined && domainKey === undefined) return undefined
  const message = 'CHATKIT_SCRIPT_URL and CHATKIT_DOMAIN_KEY are given together or not at all.'
  throw new DomainError('invalid', 'invalid_configuration', message)
}

/** The document of the web app with what its chat needs to know (web/src/chatkit). */
export function withComponent(document: string, {scriptUrl, domainKey}: ChatKitComponent): string {
  const meta = `<meta name="todo5-chatkit" content="${escaped(scriptUrl)}" data-domain-key="${escaped(domainKey)}">`
  // In a function $ is no pattern.
  return document.replace('</title>', () => `</title>${meta}`)
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** The content security policy with that one origin, for the script and for the frame that it opens. */
export const policyWithComponent = (policy: string, {scriptUrl}: ChatKitComponent): string => {
  const {origin} = new URL(scriptUrl)
  return `${policy.replace("script-src 'self'", `script-src 'self' ${origin}`)}; frame-src ${origin}`
}
