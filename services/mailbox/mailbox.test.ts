import {mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {type Socket, connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import inject from 'light-my-request'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {quietLogger} from '../../test/support/pipeline.ts'
import {type SmtpMailer, createSmtpMailer} from '../adapters/smtp/mailer.ts'
import {mailResponse, mailboxListResponse} from '../contracts/mailbox.ts'
import {ROLE_HEADER, USER_HEADER} from '../ports/service-invoker.ts'
import type {Mail} from '../ports/mailer.ts'
import {Health} from '../runtime/health.ts'
import {createHttpApp} from '../runtime/http-app.ts'
import {Metrics} from '../runtime/metrics.ts'
import {type Mailbox, createMailbox} from './mailbox.ts'

const {logger} = quietLogger('mailbox')
const operator = {[USER_HEADER]: '018f0000-0000-7000-8000-000000000001', [ROLE_HEADER]: 'operator'}
let directory: string
let mailbox: Mailbox
let mailer: SmtpMailer

async function start(): Promise<void> {
  mailbox = await createMailbox({directory, logger, maxMailBytes: 100_000})
  await mailbox.start()
  mailer = createSmtpMailer({
    url: `smtp://127.0.0.1:${mailbox.smtpPort}`,
    from: {name: 'todo5', address: 'todo5@localhost'},
  })
}

async function stop(): Promise<void> {
  mailer.close()
  await mailbox.stop()
}

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'todo5-mailbox-')), 'mails')
  await start()
})

afterEach(async () => {
  await stop()
  await rm(join(directory, '..'), {recursive: true})
})

const send = async (over: Partial<Mail> = {}) =>
  mailer.send(
    {
      to: 'ada@example.test',
      subject: 'Reminder: Pay rent',
      text: 'Pay rent\n',
      html: '<!doctype html><html><head><title>x</title></head><body><p>Pay <b>rent</b></p></body></html>',
      messageId: 'reminder-1-1-email.x@localhost',
      ...over,
    },
    {timeoutMs: 5000},
  )

async function call(url: string, options: {method?: 'GET' | 'DELETE'; headers?: Record<string, string>} = {}) {
  const app = createHttpApp({
    service: 'test',
    logger,
    metrics: new Metrics('test'),
    health: new Health('test', {}),
    routes: [mailbox.router],
  })
  const handler = app.callback()
  const answer = await inject((request, response) => void handler(request, response), {
    method: options.method ?? 'GET',
    url,
    headers: {host: '127.0.0.1:8636', ...options.headers},
  })
  return {status: answer.statusCode, headers: answer.headers, text: answer.payload}
}

async function list(query = ''): Promise<{id: number; subject: string}[]> {
  const answer = await call(`/api/v1/mailbox${query}`, {headers: operator})
  expect(answer.status).toBe(200)
  return mailboxListResponse.strict().parse(JSON.parse(answer.text)).mails
}

test('a mail that was taken is in the list and can be read whole', async () => {
  await send()
  expect(await list()).toEqual([
    {
      id: 1,
      received_at: expect.stringMatching(/Z$/u),
      from: 'todo5 <todo5@localhost>',
      to: 'ada@example.test',
      subject: 'Reminder: Pay rent',
      message_id: 'reminder-1-1-email.x@localhost',
    },
  ])
  const answer = await call('/api/v1/mailbox/1', {headers: operator})
  const mail = mailResponse.strict().parse(JSON.parse(answer.text))
  expect(mail.text.trim()).toBe('Pay rent')
  expect(mail.html).toContain('<b>rent</b>')
  expect(mail.headers['subject']).toBe('Reminder: Pay rent')
})

test('mails survive a restart; what was half written is gone, and other files are left alone', async () => {
  await send()
  await send({subject: 'Second'})
  await writeFile(join(directory, '00000003-1763716800000.eml.part'), 'half')
  await writeFile(join(directory, 'notes.txt'), 'mine')
  await stop()
  await start()
  expect((await list()).map((mail) => mail.subject)).toEqual(['Second', 'Reminder: Pay rent'])
  await send({subject: 'Third'})
  expect((await list()).map((mail) => mail.id)).toEqual([3, 2, 1])
  expect((await readdir(directory)).filter((name) => !name.endsWith('.eml'))).toEqual(['notes.txt'])
})

test('nobody else on the machine can read the files', async () => {
  await send()
  const [file] = await readdir(directory)
  // Windows has no such bits; its user folders are private already.
  const mask = process.platform === 'win32' ? 0 : 0o077
  expect((await stat(directory)).mode & mask).toBe(0)
  expect((await stat(join(directory, file!))).mode & mask).toBe(0)
})

test('many mails at once are all kept, each under its own number', async () => {
  await Promise.all(Array.from({length: 100}, async (_, place) => send({subject: `Mail ${place}`})))
  const mails = await list()
  expect(new Set(mails.map((mail) => mail.id)).size).toBe(100)
  expect(new Set(mails.map((mail) => mail.subject)).size).toBe(100)
})

test('the list goes on behind a mail, and clear removes all', async () => {
  for (const subject of ['1', '2', '3']) await send({subject})
  expect((await list('?limit=2')).map((mail) => mail.id)).toEqual([3, 2])
  expect((await list('?limit=2&before=2')).map((mail) => mail.id)).toEqual([1])
  expect((await call('/api/v1/mailbox', {method: 'DELETE', headers: operator})).status).toBe(204)
  expect(await list()).toEqual([])
  expect(await readdir(directory)).toEqual([])
})

test('a mail that is too long is refused, and one that cannot be kept is asked for later', async () => {
  await expect(send({text: 'x'.repeat(200_000)})).rejects.toMatchObject({permanent: true})
  await rm(directory, {recursive: true})
  await expect(send()).rejects.toMatchObject({permanent: false, message: expect.stringContaining('452')})
  expect(await list()).toEqual([])
})

test('a client that goes away in the middle of a mail leaves nothing', async () => {
  const socket = await talk(['EHLO x', 'MAIL FROM:<a@b.c>', 'RCPT TO:<d@e.f>', 'DATA'])
  socket.write('Subject: half\r\n\r\nhal')
  socket.destroy()
  await send({subject: 'whole'})
  expect((await list()).map((mail) => mail.subject)).toEqual(['whole'])
})

async function talk(commands: readonly string[]): Promise<Socket> {
  const socket = connect(mailbox.smtpPort, '127.0.0.1')
  const answered = async () => new Promise((resolve) => socket.once('data', resolve))
  await answered()
  for (const command of commands) {
    socket.write(`${command}\r\n`)
    await answered()
  }
  return socket
}

test.each([
  ['/api/v1/mailbox?limit=0', 422],
  ['/api/v1/mailbox?limit=x', 422],
  ['/api/v1/mailbox?unknown=1', 422],
  ['/mailbox?before=-1', 422],
  ['/api/v1/mailbox/99', 404],
  ['/api/v1/mailbox/..%2F..%2Fetc', 404],
  ['/mailbox/0', 404],
  ['/mailbox/99/html', 404],
])('%s is answered with %i', async (url, status) => {
  expect((await call(url, {headers: operator})).status).toBe(status)
})

test('the API is for operators: it holds the mails of all users', async () => {
  await send()
  const user = {[USER_HEADER]: '018f0000-0000-7000-8000-000000000002'}
  for (const [method, url] of [
    ['GET', '/api/v1/mailbox'],
    ['GET', '/api/v1/mailbox/1'],
    ['DELETE', '/api/v1/mailbox'],
  ] as const) {
    expect((await call(url, {method, headers: user})).status).toBe(403)
    expect((await call(url, {method})).status).toBe(401)
  }
  expect(await list()).toHaveLength(1)
})

test('the page shows the list and each mail, without script', async () => {
  expect((await call('/mailbox')).text).toContain('No mail yet')
  await send()
  const page = await call('/mailbox')
  expect(page.text).toContain('<a href="/mailbox/1">')
  expect(page.text).toContain('Reminder: Pay rent')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  const mail = await call('/mailbox/1')
  expect(mail.text).toMatch(
    /<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox" src="\/mailbox\/1\/html">/u,
  )
  for (const text of [page.text, mail.text]) expect(text).not.toContain('<script')
  const html = await call('/mailbox/1/html')
  expect(html.text).toContain('<head><base target="_blank"><title>')
  expect(html.headers['content-security-policy']).toMatch(/sandbox allow-popups.*$/u)
  const style = await call('/mailbox/style.css')
  expect(style.headers['content-type']).toContain('text/css')
  expect((await call('/mailbox?limit=1&before=2')).text).not.toContain('Older mails')
  await send()
  expect((await call('/mailbox?limit=1')).text).toContain('<a href="/mailbox?before=2">Older mails</a>')
})

test('what a mail says is text on our page, and stays in its frame as HTML', async () => {
  const evil = `"><script>alert(1)</script>`
  await send({subject: evil, text: evil, html: `<script>alert(1)</script>`})
  for (const url of ['/mailbox', '/mailbox/1']) {
    const {text} = await call(url)
    expect(text).not.toContain('<script>')
    expect(text).toContain('&quot;&gt;&lt;script&gt;')
  }
  const frame = await call('/mailbox/1/html')
  expect(frame.headers['content-security-policy']).toContain("default-src 'none'")
  expect(frame.headers['content-security-policy']).not.toContain('allow-scripts')
})

test('a mail without HTML is shown as text and has no frame', async () => {
  const socket = await talk(['EHLO x', 'MAIL FROM:<a@b.c>', 'RCPT TO:<d@e.f>', 'DATA', 'hello\r\n.'])
  socket.destroy()
  const [mail] = await list()
  expect(mail).toMatchObject({from: '', subject: '', message_id: ''})
  expect((await call('/mailbox/1')).text).toContain('(no subject)')
  expect((await call('/mailbox/1')).text).not.toContain('<iframe')
  expect((await call('/mailbox/1/html')).status).toBe(404)
})

test('under a name that is not of this machine the page is not shown', async () => {
  await send()
  for (const url of ['/mailbox', '/mailbox/1', '/mailbox/1/html']) {
    expect((await call(url, {headers: {host: 'evil.example:8636'}})).status).toBe(403)
    expect((await call(url, {headers: {host: 'localhost:8636'}})).status).toBe(200)
  }
})

test('a port that is taken is an error, not another port', async () => {
  const second = await createMailbox({directory, logger, port: mailbox.smtpPort})
  expect(() => second.smtpPort).toThrow('not started')
  await expect(second.start()).rejects.toMatchObject({code: 'EADDRINUSE'})
  await second.stop()
})
