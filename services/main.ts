import type {ProcessRun, RunningProcess} from './process/service-process.ts'
import {DomainError} from './domain/errors.ts'
import {formatIn} from './runtime/log-format.ts'
import {createLogger} from './runtime/logger.ts'

/*
 * One service in one process, next to its Dapr sidecar: node services/main.js task-service. Configured by the environment
 * alone (docs/contract/environment.md). SIGTERM and SIGINT end it in order; a second one at once.
 */

type Start = (run: ProcessRun) => Promise<RunningProcess>

const SERVICES: Readonly<Record<string, () => Promise<{start: Start}>>> = {
  'task-service': async () => import('./task-service/main.ts'),
  'recurring-task-service': async () => import('./recurring-task-service/main.ts'),
  'notification-service': async () => import('./notification-service/main.ts'),
  'audit-service': async () => import('./audit-service/main.ts'),
  'chat-api': async () => import('./chat-api/main.ts'),
  mailbox: async () => import('./mailbox/main.ts'),
  all: async () => import('./local/container.ts'),
}

/** These do one thing and end. */
const JOBS: Readonly<Record<string, () => Promise<{run: (run: ProcessRun) => Promise<void>}>>> = {
  migrate: async () => import('./process/migrate.ts'),
  'operator-key': async () => import('./process/operator-key.ts'),
}
const NAMES = [...Object.keys(SERVICES), ...Object.keys(JOBS)]

/** A mail that is being sent has 30 s. */
const STOP_LIMIT_MS = 45_000

const name = process.argv[2] ?? ''
const logger = createLogger(NAMES.includes(name) ? name : 'todo5', 'info', undefined, undefined, formatIn(process.env))
const stop = new AbortController()

const onSignal = (): void => {
  if (stop.signal.aborted) process.exit(1)
  stop.abort()
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal)

let crashed = false
process.on('uncaughtException', (error) => {
  crashed = true
  logger.error({error}, 'a mistake of todo5; the service stops')
  stop.abort()
})

async function main(): Promise<number> {
  if (!NAMES.includes(name)) {
    logger.error(`Name one of: ${NAMES.join(', ')}.`)
    return 2
  }
  try {
    if (Object.hasOwn(JOBS, name)) {
      const {run} = await JOBS[name]!()
      await run({environment: process.env, stop: stop.signal})
      return crashed ? 1 : 0
    }
    const {start} = await SERVICES[name]!()
    const running = await start({environment: process.env, stop: stop.signal})
    if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
    setTimeout(() => {
      logger.error(`not finished after ${STOP_LIMIT_MS} ms, ending all the same`)
      process.exit(1)
    }, STOP_LIMIT_MS).unref()
    await running.stop()
    logger.info('stopped')
    return crashed ? 1 : 0
  } catch (error) {
    if (stop.signal.aborted && !crashed) return 0
    if (!(error instanceof DomainError)) {
      logger.error({error}, 'the service could not run')
      return 1
    }
    const {code, message, hint, faults} = error
    logger.error({code, hint, faults: faults.map((fault) => fault.message)}, message)
    return code === 'invalid_configuration' ? 2 : 1
  }
}

// What is still open (a client that keeps its connection) must not keep an ended process alive.
process.exit(await main())
