import {createStackParser, createTransport, Scope} from '@sentry/core'
import {nodeStackLineParser, ServerRuntimeClient} from '@sentry/core/server'
import type {ErrorReporter} from '../../ports/error-reporter.ts'

/** An endpoint that hangs holds up nothing: what is under way is at most 64 reports, for at most so long. */
const SEND_WITHIN_MS = 5000

export interface SentryOptions {
  /** Of the project: https://KEY@HOST/NUMBER. */
  readonly dsn: string
  readonly service: string
  /** Of todo5. */
  readonly release: string
  /** Such as production. */
  readonly environment?: string | undefined
  /** Told once in a while that reports could not be sent. */
  readonly onFailure: (error: unknown) => void
}

/** Reports to Sentry, or to whatever speaks its protocol: the error with its stack, our message, and the facts. */
export function createSentryErrorReporter({
  dsn,
  service,
  release,
  environment,
  onFailure,
}: SentryOptions): ErrorReporter {
  const client = new ServerRuntimeClient({
    dsn,
    release,
    ...(environment === undefined ? {} : {environment}),
    platform: 'node',
    runtime: {name: 'node', version: process.version},
    // Would be the name of the machine.
    serverName: service,
    integrations: [],
    stackParser: createStackParser(nodeStackLineParser()),
    transport: (options) =>
      createTransport(options, async ({body}) => {
        try {
          const answer = await fetch(options.url, {
            method: 'POST',
            headers: {'content-type': 'application/x-sentry-envelope', ...options.headers},
            body: body as string,
            signal: AbortSignal.timeout(SEND_WITHIN_MS),
          })
          await answer.arrayBuffer()
          if (!answer.ok) onFailure(new Error(`it answered ${answer.status}`))
          return {
            statusCode: answer.status,
            headers: {
              'x-sentry-rate-limits': answer.headers.get('x-sentry-rate-limits'),
              'retry-after': answer.headers.get('retry-after'),
            },
          }
        } catch (error) {
          onFailure(error)
          throw error
        }
      }),
    beforeSend(event) {
      for (const exception of event.exception?.values ?? []) {
        if (exception.value !== undefined) exception.value = withoutQuotes(exception.value)
      }
      return event
    },
  })
  client.init()
  return {
    report(error, message, facts) {
      const scope = new Scope()
      scope.setClient(client)
      scope.setTag('service', service)
      scope.setLevel('error')
      scope.setTransactionName(message)
      scope.setContext('todo5', {message, ...facts})
      // One issue for each thing that can fail, not one for each task with which it fails.
      scope.setFingerprint([service, message, error.name])
      client.captureException(error, {}, scope)
    },
    close: async (timeoutMs) => void (await client.close(timeoutMs)),
  }
}

/** Parsers quote what they could not read, and that can be what somebody wrote. */
const withoutQuotes = (text: string): string =>
  text.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/gu, '"…"').slice(0, 500)
