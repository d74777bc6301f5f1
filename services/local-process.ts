import {text} from 'node:stream/consumers'
import {type LocalMessage, localConfiguration} from './contracts/local.ts'

/*
 * The background process of `todo5 up`: PostgreSQL as its child, everything else inside of it. Its configuration comes as
 * JSON on standard input; the first SIGTERM or SIGINT stops it in order, a second one at once.
 */

const stop = new AbortController()
let postgres: number | undefined

const onSignal = (): void => {
  if (!stop.signal.aborted) {
    stop.abort()
    return
  }
  // Without waiting for anything: PostgreSQL recovers from its log at the next start.
  if (postgres !== undefined) process.kill(postgres, 'SIGQUIT')
  process.exit(1)
}
// Before anything is loaded: from here on no signal finds us without an answer.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, onSignal)

const report = (message: LocalMessage): void => {
  // Whoever started us may have gone; the state file says the same.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

async function main(): Promise<number> {
  const configuration = localConfiguration.parse(JSON.parse(await text(process.stdin)))
  const [{runLocal}, {openLogFile, logFile}, {toLocalFailure}, {createLogger}, {startEmbedded}] = await Promise.all([
    import('./local/run-local.ts'),
    import('./local/log-file.ts'),
    import('./local/failure.ts'),
    import('./runtime/logger.ts'),
    import('./embedded.ts'),
  ])
  if (configuration.attached) process.once('disconnect', () => stop.abort())
  const file = logFile(configuration.state_dir)
  const log = openLogFile(file)
  const fail = (error: unknown): void => {
    const failure = toLocalFailure(error, file)
    createLogger('todo5', 'error', log).error({error, code: failure.code}, failure.message)
    const {code, message, hints} = failure
    report({type: 'failed', code, message, hints: [...hints]})
  }
  let crashed = false
  // A mistake of ours must not leave PostgreSQL behind: stop in order, then end with an error.
  process.on('uncaughtException', (error) => {
    crashed = true
    fail(error)
    stop.abort()
  })
  const postgresPid = (pid: number | undefined): void => void (postgres = pid)
  try {
    await runLocal({configuration, stop: stop.signal, log, report, startEmbedded, postgresPid})
    return crashed ? 1 : 0
  } catch (error) {
    fail(error)
    return 1
  } finally {
    log.close()
  }
}

// What is still open (a client that keeps its connection) must not keep an ended process alive.
process.exit(await main())
