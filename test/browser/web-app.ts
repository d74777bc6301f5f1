import {randomUUID} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {setTimeout} from 'node:timers/promises'
import type {AxeResults} from 'axe-core'
import type {Browser, BrowserContext, BrowserContextOptions, Page} from 'playwright-core'
import type {EmbeddedOptions} from '../../services/embedded.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {launchChromium} from './chromium.ts'

/** Somebody who has an account, and a browser that is signed in. */
export interface Person {
  readonly email: string
  readonly password: string
  readonly apiKey: string
  readonly context: BrowserContext
  /** As this person, below /api/v1; throws for a refusal. */
  api<T = any>(method: string, path: string, body?: unknown): Promise<T> // oxlint-disable-line typescript/no-explicit-any -- whatever was answered
  /** A new window at a path, its errors gathered in `faults`. */
  open(path?: string): Promise<Page>
  /** A window of another browser of this person, such as a phone. */
  openIn(options: BrowserContextOptions, path?: string): Promise<Page>
}

export interface WebApp {
  readonly running: EmbeddedTodo5
  readonly browser: Browser
  readonly origin: string
  /** What pages said that they should not: errors, refusals of the content security policy. */
  readonly faults: string[]
  person(options?: BrowserContextOptions): Promise<Person>
  /** A browser in which nobody is signed in. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>
  watch(page: Page): Page
  stop(): Promise<void>
}

/** All of todo5 on random ports, and one Chromium; each person has an account of their own: three a minute may sign up from one address. */
export async function startWebApp(options: Pick<EmbeddedOptions, 'chatKit'> = {}): Promise<WebApp> {
  const running = await startEmbeddedTodo5(options)
  const browser = await launchChromium()
  const {origin} = new URL(running.todo5.apiUrl)
  const faults: string[] = []
  const watch = (page: Page): Page => {
    page.on('pageerror', (error) => faults.push(String(error.stack ?? error)))
    page.on('console', (message) => {
      // A refused request is what the tests of refusals are about; the browser tells of each.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        faults.push(message.text())
    })
    return page
  }
  const context: WebApp['context'] = async (options = {}) =>
    browser.newContext({baseURL: origin, timezoneId: 'Europe/Berlin', locale: 'en-GB', ...options})

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> => {
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: {'content-type': 'application/json', ...headers},
      body: JSON.stringify(body),
    })
    if (answer.status === 429) throw new TooMany(Number(answer.headers.get('retry-after') ?? 10))
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  const person: WebApp['person'] = async (options) => {
    const email = `${randomUUID()}@example.com`
    const password = 'correct horse'
    const account = {email, password, name: 'Ada', time_zone: options?.timezoneId ?? 'Europe/Berlin'}
    const signedUp = await whenAllowed(async () => post('/api/auth/sign-up/email', account))
    const bearer = {authorization: `Bearer ${signedUp.headers.get('set-auth-token')}`}
    const {key: apiKey} = (await (await post('/api/auth/api-key/create', {name: 'tests'}, bearer)).json()) as {
      key: string
    }
    const cookies = signedUp.headers.getSetCookie().map((line) => cookieOf(line, origin))
    const signedInContext = async (of: BrowserContextOptions | undefined): Promise<BrowserContext> => {
      const made = await context(of)
      await made.addCookies(cookies)
      return made
    }
    const signedIn = await signedInContext(options)
    return {
      email,
      password,
      apiKey,
      context: signedIn,
      async api(method, path, body) {
        const answer = await running.api(method, path, body, {'x-api-key': apiKey, prefer: 'wait=5'})
        if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
        return answer.body
      },
      async open(path = '/') {
        const page = watch(await signedIn.newPage())
        await page.goto(path)
        return page
      },
      async openIn(of, path = '/') {
        const page = watch(await (await signedInContext(of)).newPage())
        await page.goto(path)
        return page
      },
    }
  }

  return {
    running,
    browser,
    origin,
    faults,
    person,
    context,
    watch,
    async stop() {
      await browser.close()
      await running.stop()
    },
  }
}

class TooMany extends Error {
  readonly seconds: number
  constructor(seconds: number) {
    super(`Too many requests: again in ${seconds} s.`)
    this.seconds = seconds
  }
}

/** Three people a minute may sign up from one address: the fourth waits for as long as the answer says. */
async function whenAllowed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof TooMany)) throw error
    await setTimeout((error.seconds + 1) * 1000)
    return whenAllowed(work)
  }
}

function cookieOf(line: string, url: string): {name: string; value: string; url: string; httpOnly: boolean} {
  const [pair] = line.split(';')
  const at = pair!.indexOf('=')
  return {name: pair!.slice(0, at), value: pair!.slice(at + 1), url, httpOnly: /httponly/iu.test(line)}
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds against WCAG 2.2 AA and its best practices, one line each; none when all is well. */
export async function axeFindings(page: Page): Promise<string[]> {
  const source = await readFile(axePath, 'utf8')
  // Through the debugger: the content security policy of the page holds for what the page loads.
  await page.evaluate(source)
  const results = await page.evaluate(
    // oxlint-disable-next-line typescript/no-unsafe-return -- it runs in the page
    async () => (globalThis as any).axe.run({resultTypes: ['violations']}) as Promise<AxeResults>, // oxlint-disable-line typescript/no-explicit-any -- axe is in the page
  )
  return results.violations.flatMap(({id, help, nodes}) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.html.slice(0, 200)}`),
  )
}
