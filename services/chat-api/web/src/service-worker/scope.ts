/** Of a service worker, what this one uses: the types of a worker and those of a page exclude each other. */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface WindowClient {
  readonly url: string
  readonly focused: boolean
  focus(): Promise<WindowClient>
  postMessage(message: unknown): void
}

interface Events {
  readonly install: Waiting
  readonly activate: Waiting
  readonly push: Waiting & {readonly data: {text(): string} | null}
  readonly notificationclick: Waiting & {readonly notification: Notification}
  readonly pushsubscriptionchange: Waiting
}

export interface WorkerScope {
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: {type: 'window'; includeUncontrolled: boolean}): Promise<readonly WindowClient[]>
    openWindow(path: string): Promise<WindowClient | null>
  }
  skipWaiting(): Promise<void>
  addEventListener<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void
}
