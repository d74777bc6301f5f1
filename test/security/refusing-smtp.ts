import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {SMTPServer} from 'smtp-server'

/** A mail server that takes no login. */
export async function startRefusingSmtp(): Promise<{port: number; close: () => Promise<void>}> {
  const server = new SMTPServer({
    secure: false,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (_login, _session, done) => done(new Error('Invalid login')),
    disableReverseLookup: true,
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const {port} = listening.address() as AddressInfo
  return {port, close: async () => await new Promise<void>((resolve) => server.close(resolve))}
}
