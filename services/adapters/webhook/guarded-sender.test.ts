import {expect, test} from 'vitest'
import {WebReceiver} from '../../../test/support/web-receiver.ts'
import {WebSendError} from '../../ports/web-sender.ts'
import {addressKind} from './address-kind.ts'
import {type Reach, createGuardedSender} from './guarded-sender.ts'

const message = (url: string) => ({url, headers: {'x-test': 'yes'}, body: 'hello'})
const PATIENT = {timeoutMs: 30_000}

async function failure(work: Promise<unknown>): Promise<WebSendError> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(WebSendError)
  return error as WebSendError
}

test.each([
  ['93.184.215.14', 'public'],
  ['2606:4700::6810:84e5', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.9.9.9', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['0.0.0.0', 'private'],
  ['10.1.2.3', 'private'],
  ['100.100.100.200', 'private'],
  ['168.63.129.16', 'private'],
  ['169.254.169.254', 'private'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['192.0.0.192', 'private'],
  ['192.168.1.1', 'private'],
  ['224.0.0.1', 'private'],
  ['255.255.255.255', 'private'],
  ['::', 'private'],
  ['::ffff:169.254.169.254', 'private'],
  ['::ffff:a9fe:a9fe', 'private'],
  ['64:ff9b::a9fe:a9fe', 'private'],
  ['2002:a9fe:a9fe::1', 'private'],
  ['fd00:ec2::254', 'private'],
  ['fe80::1', 'private'],
  ['fe80::1%eth0', 'private'],
  ['ff02::1', 'private'],
])('%s is %s', (address, kind) => expect(addressKind(address)).toBe(kind))

test.each<[Reach, string, string[]]>([
  ['public', 'http://127.0.0.1:9/', []],
  ['public', 'http://[::1]:9/', []],
  ['public', 'https://0x7f000001/', []],
  ['public', 'https://2130706433/', []],
  ['loopback', 'https://169.254.169.254/latest/meta-data/', []],
  ['loopback', 'https://[::ffff:10.0.0.1]/', []],
  ['public', 'https://inside.example/', ['10.0.0.5']],
  ['public', 'https://both.example/', ['93.184.215.14', '127.0.0.1']],
  ['loopback', 'https://meta.example/', ['169.254.169.254']],
  ['loopback', 'http://outside.example/', ['93.184.215.14']],
  ['any', 'http://10.0.0.5/', []],
  ['any', 'ftp://127.0.0.1/', []],
])('reaching %s, %s is refused for good, and nothing is sent', async (reach, url, addresses) => {
  const asked: string[] = []
  const sender = createGuardedSender({
    reach,
    resolve: async (name) => {
      asked.push(name)
      return addresses.map((address) => ({address, family: 4}))
    },
  })
  expect((await failure(sender.post(message(url), PATIENT))).permanent).toBe(true)
  expect(asked).toHaveLength(addresses.length === 0 ? 0 : 1)
})

test('what is sent arrives at the address that was looked at; a name is asked for once', async () => {
  await using receiver = await WebReceiver.start()
  let asked = 0
  const sender = createGuardedSender({
    reach: 'loopback',
    resolve: async () => (asked++ === 0 ? [{address: '127.0.0.1', family: 4}] : [{address: '10.0.0.1', family: 4}]),
  })
  const answer = await sender.post(message(`http://hooks.example:${receiver.port}/here?a=b`), PATIENT)
  expect(answer).toEqual({status: 200, text: 'as told'})
  expect(asked).toBe(1)
  expect(receiver.received).toMatchObject([
    {path: '/here?a=b', headers: {'x-test': 'yes', 'content-length': '5', host: `hooks.example:${receiver.port}`}},
  ])
  expect(receiver.received[0]!.body.toString()).toBe('hello')
})

test('a redirect is an answer, and nobody goes where it leads', async () => {
  await using target = await WebReceiver.start()
  await using receiver = await WebReceiver.start()
  receiver.respond = (_received, response) => void response.writeHead(307, {location: target.url}).end()
  const sender = createGuardedSender({reach: 'loopback'})
  expect((await sender.post(message(receiver.url), PATIENT)).status).toBe(307)
  expect(target.received).toEqual([])
})

test('an answer without end is read as far as it is of use', async () => {
  await using receiver = await WebReceiver.start()
  receiver.respond = (_received, response) => {
    response.writeHead(200)
    const more = (): void => void (response.writable && response.write('x'.repeat(4096), more))
    more()
  }
  const answer = await createGuardedSender({reach: 'loopback'}).post(message(receiver.url), PATIENT)
  expect(answer).toEqual({status: 200, text: 'x'.repeat(2000)})
})

test.each([
  ['that never answers', () => undefined],
  [
    'that never ends its answer',
    (response: {writeHead(status: number): {write(text: string): unknown}}) => response.writeHead(200).write('x'),
  ],
])('a server %s is given up, for now', async (_what, respond) => {
  await using receiver = await WebReceiver.start()
  receiver.respond = (_received, response) => void respond(response)
  const error = await failure(createGuardedSender({reach: 'loopback'}).post(message(receiver.url), {timeoutMs: 300}))
  expect(error).toMatchObject({permanent: false, message: `127.0.0.1:${receiver.port}: no answer within 0.3 s`})
})

test('a server that is down, and a name that nobody has, are failures for now', async () => {
  const {port} = await WebReceiver.start().then(async (receiver) => {
    await using closed = receiver
    return {port: closed.port}
  })
  const sender = createGuardedSender({reach: 'loopback', resolve: async () => []})
  expect(await failure(sender.post(message(`http://127.0.0.1:${port}`), PATIENT))).toMatchObject({permanent: false})
  expect(await failure(sender.post(message('https://nobody.example'), PATIENT))).toMatchObject({permanent: false})
})
