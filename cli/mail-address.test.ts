import {expect, test} from 'vitest'
import {localOptions} from '../services/contracts/local.ts'
import {CONTAINER_VARIABLES} from '../services/local/container-variables.ts'
import {mailAddress} from './mail-address.ts'
import {hostOptions} from './supervisor/host/host-state.ts'

const processes = [localOptions.shape.mail_to, hostOptions.shape.mail_to, CONTAINER_VARIABLES.MAIL_TO]

// Whoever starts a process refuses a wrong one in words; the process itself would end with a stack.
test.each(['you@example.com', 'you@localhost', 'first.last+todo5@mail.example.com', 'müller@münchen.example'])(
  '%s is an address, also for the processes that get it',
  (address) => {
    expect(mailAddress(address)).toBe(address)
    for (const schema of processes) expect(schema.parse(address)).toBe(address)
  },
)

test.each(['you', 'you@', '@example.com', 'You <you@example.com>', 'a@b,c@d', `${'a'.repeat(65)}@example.com`])(
  '%s is none',
  (text) => {
    expect(() => mailAddress(text)).toThrow('is no mail address')
    for (const schema of processes) expect(schema.safeParse(text).success).toBe(false)
  },
)

test('none at all is null', () => {
  expect([mailAddress(undefined), mailAddress('')]).toEqual([null, null])
})
