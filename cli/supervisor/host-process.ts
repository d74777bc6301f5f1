import {userInfo} from 'node:os'
import {text} from 'node:stream/consumers'
import type {HostConfiguration, HostMessage} from './host/host-state.ts'

/*
 * The background process of `todo5 up host`: starts and watches Kafka, PostgreSQL, Dapr and the services as its children.
 * Its configuration comes as JSON on standard input; the first SIGTERM or SIGINT stops everything in order, a second one
 * at once.
 */

const stop = new AbortController()
let killNow: () => void = () => undefined

const onSignal = (): void => {
  if (!stop.signal.aborted) {
    stop.abort()
    return
  }
  killNow()
  process.exit(1)
}
// Before anything is loaded: from here on no signal finds us without an answer.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, onSignal)

const report = (message: HostMessage): void => {
  // Whoever started us may have gone; the state file says the same.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

async function main(): Promise<number> {
  const {hostConfiguration} = await import('./host/host-state.ts')
  const configuration: HostConfiguration = hostConfiguration.parse(JSON.parse(await text(process.stdin)))
  const [{openHostParts, hostFailure, hostLog}, {runHost}] = await Promise.all([
    import('./host/host-composition.ts'),
    import('./host/run-host.ts'),
  ])
  if (configuration.attached) process.once('disconnect', () => stop.abort())
  const {logger, file, close} = await hostLog(configuration)
  let crashed = false
  const fail = (error: unknown): void => {
    const {code, message, hints} = hostFailure(error, file)
    logger.error({error, code}, message)
    report({type: 'failed', code, message, hints: [...hints]})
  }
  // A mistake of ours must not leave programs behind: stop in order, then end with an error.
  process.on('uncaughtException', (error) => {
    crashed = true
    fail(error)
    stop.abort()
  })
  try {
    const parts = await openHostParts(configuration, logger, userInfo().username)
    const life = runHost({configuration, stop: stop.signal, parts, report})
    killNow = life.killNow
    await life.done
    return crashed ? 1 : 0
  } catch (error) {
    fail(error)
    return 1
  } finally {
    close()
  }
}

process.exit(await main())
