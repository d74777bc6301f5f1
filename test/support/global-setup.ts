import {randomUUID} from 'node:crypto'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {TestProject} from 'vitest/node'
import {startTestServer, type TestServer} from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the URL of the run's PostgreSQL server, which the first request starts. */
    postgresBroker: string
  }
}

/** Runs once in vitest's main process; nothing is started before a test file asks for a database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<TestServer> | undefined
  let running: TestServer | undefined
  const secret = `/${randomUUID()}`
  const broker = createServer((request, response) => {
    if (request.url !== secret) {
      response.writeHead(404).end()
      return
    }
    starting ??= startTestServer().then((started) => (running = started))
    starting.then(
      ({server}) => response.end(server.url()),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    )
  })
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  broker.unref()
  project.provide('postgresBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}${secret}`)

  // Ctrl-C and process.exit() do not wait for the teardown.
  const onExit = () => running?.stopNow()
  process.once('exit', onExit)
  return async () => {
    broker.close()
    await starting?.then(
      (started) => started.stop(),
      () => undefined, // the test that asked has reported it
    )
    process.removeListener('exit', onExit)
  }
}
