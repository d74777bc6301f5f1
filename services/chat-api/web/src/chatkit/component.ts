/** The vendor's component, as whoever runs this todo5 has configured it; docs/chat.md. */
export interface ChatKitComponent {
  readonly scriptUrl: string
  readonly domainKey: string
}

/** What of the element is used here; the types are those of @openai/chatkit 1.9.0. */
export interface ChatKitElement extends HTMLElement {
  setOptions(options: ReturnType<typeof optionsFor>): void
}

const NAME = 'openai-chatkit'
/** A script that loaded and defines nothing is as good as none. */
const DEFINED_MS = 20_000

/** Undefined: the web app has its own chat, and loads nothing from elsewhere. */
export function configuredComponent(document: Document): ChatKitComponent | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="todo5-chatkit"]')
  return meta ? {scriptUrl: meta.content, domainKey: meta.dataset['domainKey'] ?? ''} : undefined
}

/** An element that nobody has seen yet. Throws when the script is not there, or defines none in time. */
export async function loadElement({scriptUrl}: ChatKitComponent): Promise<ChatKitElement> {
  if (!customElements.get(NAME)) {
    await loadScript(scriptUrl)
    await inTime(customElements.whenDefined(NAME))
  }
  return document.createElement(NAME) as ChatKitElement
}

/** The conversations of this todo5, asked for by this page: with its session, and from its origin. */
export const optionsFor = ({domainKey}: ChatKitComponent, isDark: boolean) => ({
  api: {
    url: new URL('/chatkit', location.href).href,
    domainKey,
    fetch: async (input: RequestInfo | URL, init?: RequestInit) =>
      globalThis.fetch(input, {...init, credentials: 'same-origin'}),
  },
  frameTitle: 'Chat',
  theme: isDark ? ('dark' as const) : ('light' as const),
  startScreen: {
    greeting: 'What is to be done?',
    prompts: [
      {label: 'What is due today?', prompt: 'What is due today?'},
      {label: 'What can I say?', prompt: 'help'},
    ],
  },
  composer: {placeholder: 'pay rent on the first of every month at 9', attachments: {enabled: false}},
  threadItemActions: {feedback: true, retry: true},
})

async function loadScript(url: string): Promise<void> {
  const script = document.createElement('script')
  script.src = url
  script.async = true
  await new Promise<void>((resolve, reject) => {
    script.addEventListener('load', () => resolve(), {once: true})
    script.addEventListener('error', () => reject(new Error(`${url} did not load`)), {once: true})
    document.head.append(script)
  }).finally(() => script.remove())
}

async function inTime(defined: Promise<unknown>): Promise<void> {
  let timer: number | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = window.setTimeout(() => reject(new Error(`no ${NAME} after ${DEFINED_MS} ms`)), DEFINED_MS)
  })
  await Promise.race([defined, late]).finally(() => window.clearTimeout(timer))
}
