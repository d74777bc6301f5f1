import type {BrowserContext, CDPSession, Page, Worker} from 'playwright-core'
import {PushBrowser} from '../support/push-browser.ts'
import {WebReceiver} from '../support/web-receiver.ts'
import type {Person, WebApp} from './web-app.ts'

/** Where a page of these tests keeps its subscription. */
const KEPT = 'subscription-of-the-tests'

interface Fake {
  readonly name: string
  readonly endpoint: string
  readonly keys: {readonly p256dh: string; readonly auth: string}
}

/** A push service on this machine, a browser that subscribes at it, and the way from one to the other. */
export interface PushService extends AsyncDisposable {
  readonly endpoint: string
  /** How many messages came from todo5. */
  readonly count: () => number
  /** What each of them says, decrypted. */
  readonly messages: () => unknown[]
  /** Decrypts the message at `place` and gives it to the worker of the page, as the browser would. */
  deliver(page: Page, place: number): Promise<void>
  /** Gives the browser another address, and tells its worker. */
  move(page: Page, path: string): Promise<void>
  worker(): Promise<Worker>
}

export async function startPushService(app: WebApp, person: Pick<Person, 'context'>): Promise<PushService> {
  const receiver = await WebReceiver.start()
  receiver.respond = 201
  const browser = new PushBrowser()
  const {context} = person
  const fake = (path: string): Fake => ({name: KEPT, endpoint: `${receiver.url}${path}`, keys: browser.keys})
  await context.grantPermissions(['notifications'], {origin: app.origin})
  await context.addInitScript(subscribeAs, fake('/one'))
  const worker = async (): Promise<Worker> => workerOf(context)
  return {
    endpoint: fake('/one').endpoint,
    count: () => receiver.received.length,
    messages: () => receiver.received.map((received) => browser.read(received)),
    worker,
    async deliver(page, place) {
      const message = browser.read(receiver.received[place]!)
      await withRegistration(page, async (session, registrationId) =>
        session.send('ServiceWorker.deliverPushMessage', {
          origin: app.origin,
          registrationId,
          data: JSON.stringify(message),
        }),
      )
    },
    async move(page, path) {
      const inWorker = await worker()
      await page.evaluate(`localStorage.setItem('${KEPT}', '${fake(path).endpoint}')`)
      await inWorker.evaluate(subscribeAs, fake(path))
      await inWorker.evaluate("dispatchEvent(new ExtendableEvent('pushsubscriptionchange'))")
    },
    [Symbol.asyncDispose]: async () => receiver[Symbol.asyncDispose](),
  }
}

const workerOf = async (context: BrowserContext): Promise<Worker> =>
  context.serviceWorkers()[0] ?? context.waitForEvent('serviceworker')

async function withRegistration(
  page: Page,
  act: (session: CDPSession, registrationId: string) => Promise<unknown>,
): Promise<void> {
  const session = await page.context().newCDPSession(page)
  try {
    const {promise, resolve} = Promise.withResolvers<string>()
    session.on('ServiceWorker.workerRegistrationUpdated', ({registrations}) => {
      const [last] = registrations.filter(({isDeleted}) => !isDeleted)
      if (last) resolve(last.registrationId)
    })
    await session.send('ServiceWorker.enable')
    await act(session, await promise)
  } finally {
    await session.detach()
  }
}

/** Runs in the page, or the worker, before anything else of it: subscribing then asks no push service of the world. */
function subscribeAs({name, endpoint: first, keys}: Fake): void {
  // oxlint-disable-next-line typescript/no-explicit-any -- it runs in a browser, whose types the tests do not have
  const scope = globalThis as any
  // A worker has no such storage; there it is asked for one subscription alone.
  const storage = (scope.localStorage ?? new Map()) as {[name: string]: string}
  const subscriptionAt = (endpoint: string) => ({
    endpoint,
    toJSON: () => ({endpoint, expirationTime: null, keys}),
    async unsubscribe() {
      Reflect.deleteProperty(storage, name)
      return true
    },
  })
  scope.PushManager.prototype.subscribe = async () => {
    storage[name] ??= first
    return subscriptionAt(storage[name])
  }
  scope.PushManager.prototype.getSubscription = async () =>
    storage[name] === undefined ? null : subscriptionAt(storage[name])
}
