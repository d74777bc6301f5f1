import {freePort} from '../port.ts'
import {startServer, type StartOptions} from '../server.ts'

// Run by a test that kills this process: starts a server and then only waits.
const options = JSON.parse(process.argv[2]!) as Omit<StartOptions, 'port'>
const server = await startServer({...options, port: await freePort()})
process.stdout.write(JSON.stringify({pid: server.pid, url: server.url()}))
await server.exited
