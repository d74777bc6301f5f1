import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {type TestSmtpServer, startSmtpServer} from '../../../test/support/smtp-server.ts'
import type {Mail} from '../../ports/mailer.ts'
import {type SmtpMailer, createSmtpMailer} from './mailer.ts'
import {parseSmtpUrl} from './smtp-url.ts'

let smtp: TestSmtpServer
let mailer: SmtpMailer

beforeAll(async () => {
  smtp = await startSmtpServer()
})

// Connections of its own for each test.
beforeEach(() => {
  mailer = createSmtpMailer({url: smtp.url, from: {name: 'todo5', address: 'todo5@example.test'}})
})

afterEach(() => {
  mailer.close()
  smtp.fault = null
  smtp.mails.length = 0
})

afterAll(async () => {
  await smtp.stop()
})

const mail = (over: Partial<Mail> = {}): Mail => ({
  to: 'ada@example.test',
  subject: 'Reminder: Müll',
  text: 'Bring out the “Müll”\n.\nQUIT\n',
  html: '<p>Bring out the “Müll”</p>',
  messageId: 'reminder-1-1-email.x@example.test',
  headers: {'Auto-Submitted': 'auto-generated'},
  ...over,
})

const send = async (over?: Partial<Mail>, timeoutMs = 60_000) => mailer.send(mail(over), {timeoutMs})

test('a mail arrives as it was given, with its Message-ID', async () => {
  const receipt = await send()
  expect(receipt.response).toMatch(/^250/u)
  expect(smtp.mails).toHaveLength(1)
  const received = smtp.mails[0]!
  expect(received).toMatchObject({
    to: ['ada@example.test'],
    subject: 'Reminder: Müll',
    messageId: 'reminder-1-1-email.x@example.test',
  })
  expect(received.text.replace(/\r/gu, '').trim()).toBe('Bring out the “Müll”\n.\nQUIT')
  expect(received.html).toContain('<p>Bring out the “Müll”</p>')
  expect(received.headers.get('auto-submitted')).toBe('auto-generated')
  expect(received.headers.get('from')).toContain('todo5@example.test')
})

test('connections are kept, and several mails go out at the same time', async () => {
  await Promise.all(Array.from({length: 30}, async (_, place) => send({messageId: `m${place}@x`})))
  expect(new Set(smtp.mails.map((received) => received.messageId)).size).toBe(30)
})

test.each([
  ['the recipient is refused for good', {at: 'recipient', code: 550}, true],
  ['the content is refused for good', {at: 'data', code: 554}, true],
  ['the recipient is refused for now', {at: 'recipient', code: 450}, false],
  ['the content is refused for now', {at: 'data', code: 452}, false],
  ['the sender is refused', {at: 'sender', code: 550}, false],
  ['the connection is refused', {at: 'connect', code: 554}, false],
  ['the connection is dropped', {at: 'drop', kept: false}, false],
] as const)('when %s: permanent is right', async (_what, fault, permanent) => {
  smtp.fault = fault
  await expect(send()).rejects.toMatchObject({name: 'MailError', permanent})
  smtp.fault = null
  await expect(send()).resolves.toBeDefined()
})

test('a send that takes too long is broken off, and the mail does not go out afterwards', async () => {
  const answer = Promise.withResolvers<void>()
  smtp.fault = {at: 'hang'}
  const started = performance.now()
  await expect(send({}, 200)).rejects.toMatchObject({
    permanent: false,
    message: 'The mail server did not take the mail within 0.2 s.',
  })
  expect(performance.now() - started).toBeLessThan(60_000)
  answer.resolve()
  expect(smtp.mails).toEqual([])
})

test('no server at all is a temporary failure', async () => {
  const nowhere = createSmtpMailer({url: 'smtp://127.0.0.1:1', from: {name: '', address: 'a@b.c'}})
  await expect(nowhere.send(mail(), {timeoutMs: 2000})).rejects.toMatchObject({name: 'MailError', permanent: false})
  nowhere.close()
})

test.each([
  {to: 'ada@example.test, evil@example.test'},
  {to: 'ada@example.test\r\nRCPT TO:<evil@example.test>'},
  {to: 'Ada <ada@example.test>'},
  {to: 'nobody'},
  {subject: 'Hello\r\nBcc: evil@example.test'},
  {messageId: 'x@y>\r\nBcc: evil@example.test'},
  {headers: {'X-A': 'b\nBcc: evil@example.test'}},
  {headers: {'X-A: b\r\nBcc': 'evil@example.test'}},
])('what could be more than one address or header is refused: %j', async (over) => {
  await expect(send(over)).rejects.toMatchObject({name: 'MailError', permanent: true})
  expect(smtp.mails).toEqual([])
})

test('the URL says how to connect; a password does not travel in the clear', () => {
  expect(parseSmtpUrl('smtp://127.0.0.1:2525')).toEqual({
    host: '127.0.0.1',
    port: 2525,
    secure: false,
    requireTls: false,
    auth: null,
  })
  expect(parseSmtpUrl('smtps://me%40x.test:p%3Aw@mail.example')).toMatchObject({
    port: 465,
    secure: true,
    requireTls: false,
    auth: {user: 'me@x.test', pass: 'p:w'},
  })
  expect(parseSmtpUrl('smtp://me:secret@mail.example')).toMatchObject({port: 587, requireTls: true})
  expect(parseSmtpUrl('smtp://[::1]:25')).toMatchObject({host: '::1', port: 25})
})

test.each(['', 'mail.example', 'http://mail.example', 'smtp://', 'smtp://a:%zz@b', 'smtp://a/x', 'smtp://a?pool=1'])(
  'a URL that cannot be used is refused without repeating it: %j',
  (url) => {
    expect(() => parseSmtpUrl(url)).toThrow(expect.objectContaining({code: 'invalid_smtp_url'}))
  },
)

test('a sender that is no address is refused', () => {
  expect(() => createSmtpMailer({url: smtp.url, from: {name: '', address: 'a@b\r\nc'}})).toThrow(TypeError)
})
