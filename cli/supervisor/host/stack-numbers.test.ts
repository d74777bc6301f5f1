import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {X509Certificate} from 'node:crypto'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {certificateMetrics} from './stack-numbers.ts'
import {AUTHORITY, SERVER} from './testing/certificates.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'todo5-numbers-'))))
afterEach(async () => await rm(folder, {recursive: true}))

test('of the certificates of the authority the first to end is shown, in seconds', async () => {
  await writeFile(join(folder, 'ca.crt'), AUTHORITY)
  await writeFile(join(folder, 'issuer.crt'), SERVER + AUTHORITY)
  const ends = [AUTHORITY, SERVER].map((pem) => Date.parse(new X509Certificate(pem).validTo) / 1000)
  const text = await certificateMetrics(folder)
  expect(text).toContain(`dapr_sentry_issuercert_expiry_timestamp ${Math.min(...ends)}\n`)
})

test('without an authority there is no number', async () => {
  expect(await certificateMetrics(folder)).toBe('')
})
