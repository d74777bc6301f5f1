import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {type IncomingMessage, get} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {brotliDecompressSync, gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {chatKitComponent} from '../chatkit/component.ts'
import {type RunningChatApi, startChatApi} from '../testing/start-chat-api.ts'

const DOCUMENT = '<!doctype html><title>todo5</title>'
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5000))})`

const MANIFEST = '{"name": "todo5"}'

let folder: string
let chat: RunningChatApi
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-web-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), DOCUMENT)
  await writeFile(join(folder, 'assets', 'index-1.js'), SCRIPT)
  await writeFile(join(folder, 'sw.js'), SCRIPT)
  await writeFile(join(folder, 'manifest.webmanifest'), MANIFEST)
  await mkdir(join(folder, 'icons'))
  await writeFile(join(folder, 'icons', 'icon-192.png'), 'a picture')
  await writeFile(join(folder, 'icons', 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(folder, 'secret.txt'), 'not for the web')
  chat = await startChatApi({webFolder: folder})
})
afterAll(async () => {
  await chat.stop()
  await rm(folder, {recursive: true})
})

interface Raw {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** As it comes over the wire: fetch would unpack it. */
const raw = async (path: string, headers: Record<string, string> = {}): Promise<Raw> =>
  new Promise((resolve, reject) => {
    get(`${chat.url}${path}`, {headers}, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => resolve({status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(parts)}))
    }).on('error', reject)
  })

describe('the pages of the web app', () => {
  test.each(['/', '/upcoming', '/all?tag=home', '/tasks/7', '/settings/account', '/sign-in', '/device'])(
    '%s answers the document, to be asked for again each time',
    async (path) => {
      const {status, headers, body} = await raw(path)
      expect([status, body.toString()]).toEqual([200, DOCUMENT])
      expect(headers).toMatchObject({'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache'})
      const again = await raw(path, {'if-none-match': headers.etag!})
      expect([again.status, again.body.length]).toEqual([304, 0])
    },
  )

  test('nothing inline, nothing from elsewhere, in no frame', async () => {
    const {headers} = await raw('/')
    const policy = headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
  })

  test.each(['/nowhere', '/tasks/x', '/tasks/0', '/settings/a/b', '/index.html', '/secret.txt'])(
    '%s is a problem with status 404, as before',
    async (path) => {
      const {status, headers} = await raw(path)
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json'])
    },
  )

  test('to write to a page is no method of it', async () => {
    expect((await chat.call('POST', '/upcoming')).status).toBe(405)
  })
})

describe('files with a hash in their name', () => {
  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ])('accepting %s: kept for ever, as %s', async (accepted, encoding, unpack) => {
    const {status, headers, body} = await raw('/assets/index-1.js', {'accept-encoding': accepted})
    expect([status, unpack(body).toString()]).toEqual([200, SCRIPT])
    expect(headers).toMatchObject({
      'content-encoding': encoding,
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: expect.stringMatching(/accept-encoding/iu) as string,
    })
    expect(body.length).toBeLessThan(SCRIPT.length / 10)
  })

  test('unpacked for who cannot unpack', async () => {
    const {headers, body} = await raw('/assets/index-1.js')
    expect([headers['content-encoding'], body.toString()]).toEqual([undefined, SCRIPT])
  })

  test.each(['/assets/none.js', '/assets/..%2fsecret.txt', '/assets/%2e%2e/secret.txt', '/assets/../secret.txt'])(
    '%s is not there',
    async (path) => {
      expect((await raw(path)).status).toBe(404)
    },
  )
})

test('the service worker is a script at the root, to be asked for again each time, under the policy of the pages', async () => {
  const {status, headers, body} = await raw('/sw.js')
  expect([status, body.toString()]).toEqual([200, SCRIPT])
  expect(headers).toMatchObject({'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache'})
  const policy = headers['content-security-policy'] as string
  expect(policy).toContain("worker-src 'self'")
  expect(policy).toContain("connect-src 'self'")
  expect((await raw('/sw.js', {'if-none-match': headers.etag!})).status).toBe(304)
})

test('what makes it an application of a phone: the manifest is asked for again each time, its icons once a day', async () => {
  const manifest = await raw('/manifest.webmanifest')
  expect([manifest.status, manifest.body.toString()]).toEqual([200, MANIFEST])
  expect(manifest.headers).toMatchObject({
    'content-type': 'application/manifest+json; charset=utf-8',
    'cache-control': 'no-cache',
  })
  expect(manifest.headers['content-security-policy']).toContain("manifest-src 'self'")
  for (const [path, type] of [
    ['/icons/icon-192.png', 'image/png'],
    ['/icons/icon.svg', 'image/svg+xml'],
  ] as const) {
    const {status, headers} = await raw(path)
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, 'public, max-age=86400'])
    expect((await raw(path, {'if-none-match': headers.etag!})).status).toBe(304)
  }
  expect((await raw('/icons/icon-193.png')).status).toBe(404)
})

test('without a build there are no pages, and the API works', async () => {
  const bare = await startChatApi({webFolder: join(folder, 'none')})
  try {
    expect((await bare.call('GET', '/')).body).toMatchObject({code: 'route_not_found'})
    expect((await bare.call('GET', '/healthz')).status).toBe(200)
  } finally {
    await bare.stop()
  }
})

describe('with a component of elsewhere', () => {
  test('its pages know it, and may load it and open its frame, and nothing else', async () => {
    const chatKit = {scriptUrl: 'https://cdn.example/chat/kit.js?a=1&b="2"', domainKey: 'domain_<$&>'}
    const configured = await startChatApi({webFolder: folder, chatKit})
    try {
      const answer = await configured.call('GET', '/')
      expect(answer.body).toBe(
        `<!doctype html><title>todo5</title><meta name="todo5-chatkit" content="https://cdn.example/chat/kit.js?a=1&amp;b=&quot;2&quot;" data-domain-key="domain_&lt;$&amp;>">`,
      )
      const policy = answer.headers.get('content-security-policy')!
      const [own, elsewhere] = [await chat.call('GET', '/'), policy.split('; ')]
      expect(elsewhere).toEqual(
        expect.arrayContaining(["script-src 'self' https://cdn.example", 'frame-src https://cdn.example']),
      )
      const ownPolicy = own.headers.get('content-security-policy')!.split('; ')
      expect(elsewhere.filter((rule) => !ownPolicy.includes(rule))).toHaveLength(2)
      expect(ownPolicy.join('; ')).not.toContain('http')
      expect(own.body).not.toContain('chatkit')
      // Other files are as they are built.
      expect((await configured.call('GET', '/assets/index-1.js')).body).toBe(SCRIPT)
    } finally {
      await configured.stop()
    }
  })

  test('one half of its configuration is refused', () => {
    expect(chatKitComponent(undefined, undefined)).toBeUndefined()
    expect(chatKitComponent('https://cdn.example/x.js', 'key')).toEqual({
      scriptUrl: 'https://cdn.example/x.js',
      domainKey: 'key',
    })
    expect(() => chatKitComponent('https://cdn.example/x.js', undefined)).toThrow('together')
    expect(() => chatKitComponent(undefined, 'key')).toThrow('together')
  })
})
