import {randomUUID} from 'node:crypto'
import inject from 'light-my-request'
import {expect, test} from 'vitest'
import {USER_HEADER} from '../../ports/service-invoker.ts'
import {Fixture, type NotificationService} from '../testing/fixture.ts'

const MAIL = {kind: 'password_reset', token: 'abcdefghijklmnopqrstuvwx', expires_at: '2026-12-01T11:30:00.000Z'}

async function post(service: NotificationService, userId: string, body: unknown = MAIL) {
  const handler = service.app.callback()
  return inject((request, response) => void handler(request, response), {
    method: 'POST',
    url: '/v1/account-mails',
    headers: {'content-type': 'application/json', [USER_HEADER]: userId},
    payload: JSON.stringify(body),
  })
}

test('the link goes to the address of the account, not to where reminders go, and says how long it works', async () => {
  await using fixture = await Fixture.create()
  const service = await fixture.start()
  const userId = await fixture.addUser({email: 'ada@example.test', timeZone: 'Europe/Berlin'})
  await fixture.admin.query(`update todo.profiles set mail_to = 'elsewhere@example.test' where user_id = $1`, [userId])
  expect((await post(service, userId)).statusCode).toBe(204)
  const [mail] = fixture.smtp.mails
  expect(fixture.smtp.mails).toHaveLength(1)
  expect(mail).toMatchObject({to: ['ada@example.test'], subject: 'Set a new password for todo5'})
  const link = `http://127.0.0.1:8636/reset-password#${MAIL.token}`
  expect(mail!.text.trim()).toBe(
    [
      'Somebody asked for a new password for the todo5 account ada@example.test.',
      '',
      `Set it here: ${link}`,
      '',
      'The link works once, until 12:30 (Europe/Berlin). All devices are signed out then.',
      '',
      'If it was not you, do nothing: the password stays as it is.',
    ].join('\n'),
  )
  expect(mail!.html).toContain(`href="${link}"`)
})

test('a mail server that is away, one that refuses, and an account that is gone are told apart', async () => {
  await using fixture = await Fixture.create()
  const service = await fixture.start()
  const userId = await fixture.addUser()
  fixture.smtp.fault = {at: 'data', code: 451}
  expect((await post(service, userId)).statusCode).toBe(503)
  fixture.smtp.fault = {at: 'recipient', code: 550}
  expect((await post(service, userId)).statusCode).toBe(409)
  fixture.smtp.fault = null
  expect((await post(service, randomUUID())).statusCode).toBe(404)
  expect((await post(service, userId, {...MAIL, token: 'x" onclick="'})).statusCode).toBe(422)
  expect(fixture.smtp.mails).toEqual([])
})
