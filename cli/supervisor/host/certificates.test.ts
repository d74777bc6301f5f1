import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {type AddressInfo, createServer as createTcpServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createServer, type TlsOptions} from 'node:tls'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {readCertificates} from './certificates.ts'
import {freePorts} from './ports.ts'
import {AUTHORITY, SERVER, SERVER_KEY} from './testing/certificates.ts'

let folder: string
const servers: Server[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-ca-'))
  await writeFile(join(folder, 'ca.crt'), AUTHORITY)
  await writeFile(join(folder, 'issuer.crt'), SERVER + AUTHORITY)
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await rm(folder, {recursive: true})
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** As Dapr's programs do: HTTP/2, and something is said at once to whoever is let in. */
const secure = async (options: TlsOptions): Promise<number> =>
  await listen(
    createServer({cert: SERVER, key: SERVER_KEY, ALPNProtocols: ['h2'], ...options}, (socket) => {
      socket.on('error', () => undefined)
      socket.write(Buffer.alloc(9))
    }).on('tlsClientError', () => undefined),
  )

test('who wants a certificate, who lets everybody in, and who does not speak TLS at all', async () => {
  const strict = await secure({requestCert: true, rejectUnauthorized: true, ca: AUTHORITY})
  const open = await secure({})
  const plain = await listen(
    createTcpServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad\r\n\r\n')),
  )
  const [nobody] = await freePorts(1)
  const {authority, served} = await readCertificates(folder, [
    {program: 'strict', port: strict},
    {program: 'open', port: open},
    {program: 'plain', port: plain},
    {program: 'nobody', port: nobody!},
  ])
  expect(authority.map(({name, endsAt}) => [name, new Date(endsAt).getUTCFullYear()])).toEqual([
    ['the root certificate', 2126],
    // Of two in a file the first to end.
    ["the issuer's certificate", 2125],
  ])
  expect(served).toMatchObject([
    {program: 'strict', trusted: true, open: false},
    {program: 'open', trusted: true, open: true},
  ])
  expect(new Date(served[0]!.endsAt).getUTCFullYear()).toBe(2125)
})

test('a certificate of another authority', async () => {
  await writeFile(join(folder, 'ca.crt'), SERVER)
  const port = await secure({requestCert: true, rejectUnauthorized: true, ca: AUTHORITY})
  const {served} = await readCertificates(folder, [{program: 'it', port}])
  expect(served).toMatchObject([{program: 'it', trusted: false, open: false}])
})

test('an authority that is not there', async () => {
  await mkdir(join(folder, 'empty'))
  expect(await readCertificates(join(folder, 'empty'), [])).toEqual({
    folder: join(folder, 'empty'),
    authority: [],
    served: [],
  })
})
