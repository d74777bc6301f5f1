import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {quietLogger} from '../../../test/support/pipeline.ts'
import type {Mail, Mailer} from '../../ports/mailer.ts'
import {createNotifyingMailer} from './mailer.ts'

const mail: Mail = {to: 'a@b.c', subject: 'Reminder: $(id)', text: 'Pay `rent`\n', html: '', messageId: 'x@y'}
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-notify-'))
})
afterEach(async () => rm(folder, {recursive: true}))

const sends = (sent: Mail[]): Mailer => ({
  send: async (given) => {
    sent.push(given)
    return {response: '250 ok'}
  },
})

const node = (script: string, ...parameters: string[]) => [process.execPath, '-e', script, ...parameters] as const

test('the program gets subject and text on its input, and no shell reads them', async () => {
  const file = join(folder, 'out')
  const sent: Mail[] = []
  const {logger, lines} = quietLogger()
  const script = `process.stdin.pipe(require('fs').createWriteStream(process.argv[1]))`
  const mailer = createNotifyingMailer(sends(sent), {command: node(script, file), logger})
  expect(await mailer.send(mail, {timeoutMs: 1000})).toEqual({response: '250 ok'})
  expect(sent).toEqual([mail])
  expect(await readFile(file, 'utf8')).toBe('Reminder: $(id)\n\nPay `rent`\n')
  expect(lines).toEqual([])
})

test.each([
  ['is not there', ['/nonexistent/program']],
  ['fails', [...node('process.exit(3)')]],
  ['does not end', [...node('setInterval(() => {}, 1000)')]],
] as const)('a program that %s is logged, and the mail counts as sent', async (_what, command) => {
  const {logger, lines} = quietLogger()
  const mailer = createNotifyingMailer(sends([]), {command, logger, timeoutMs: 500})
  expect(await mailer.send(mail, {timeoutMs: 1000})).toEqual({response: '250 ok'})
  expect(lines).toMatchObject([{level: 'WARN', message: 'the notify command failed'}])
})

test('a mail that is not sent runs nothing', async () => {
  const {logger, lines} = quietLogger()
  const failing: Mailer = {send: async () => Promise.reject(new Error('away'))}
  const mailer = createNotifyingMailer(failing, {command: ['/nonexistent/program'], logger})
  await expect(mailer.send(mail, {timeoutMs: 1000})).rejects.toThrow('away')
  expect(lines).toEqual([])
})

test('a command without a program is refused', () => {
  expect(() => createNotifyingMailer(sends([]), {command: [], logger: quietLogger().logger})).toThrow(TypeError)
})
