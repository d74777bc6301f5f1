import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {sentryDsnOf, traceSamplingOf} from './observe-flags.ts'

const DSN = 'https://0123456789abcdef@sentry.example/7'

test('a DSN comes from a file or the environment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-dsn-'))
  try {
    const file = `@${join(folder, 'dsn')}`
    await writeFile(file.slice(1), `${DSN}\n`, {mode: 0o600})
    expect(await sentryDsnOf({'sentry-dsn': file}, ['up', '--sentry-dsn', file])).toBe(DSN)
    expect(await sentryDsnOf({'sentry-dsn': DSN}, ['up'])).toBe(DSN)
    expect(await sentryDsnOf({}, ['up'])).toBeNull()
  } finally {
    await rm(folder, {recursive: true})
  }
})

test.each([[['--sentry-dsn', DSN]], [[`--sentry-dsn=${DSN}`]]])(
  'it may not stand in the arguments: %j',
  async (argv) => {
    const refused = sentryDsnOf({'sentry-dsn': DSN}, argv)
    await expect(refused).rejects.toMatchObject({code: 'secret_in_arguments', exit: 2})
    await expect(refused).rejects.not.toThrow(/0123456789abcdef/u)
  },
)

test.each(['https://sentry.example/7', 'https://0123456789abcdef@sentry.example/', 'file:///7', 'nonsense'])(
  'no DSN, and not repeated: %s',
  async (text) => {
    const refused = sentryDsnOf({'sentry-dsn': text}, [])
    await expect(refused).rejects.toMatchObject({code: 'invalid_sentry_dsn', exit: 2})
    await expect(refused).rejects.not.toThrow(text)
  },
)

test('a part of the requests is a number from 0 to 1', () => {
  const parts = ['0', '1', '0.1', '.25', '1.0', undefined].map((text) => traceSamplingOf({'trace-sampling': text}))
  expect(parts).toEqual([0, 1, 0.1, 0.25, 1, null])
  for (const text of ['2', '-0.1', '10%', '1e-7', 'all'])
    expect(() => traceSamplingOf({'trace-sampling': text})).toThrow(text)
})
