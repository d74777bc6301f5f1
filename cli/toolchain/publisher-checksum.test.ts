import {describe, expect, test} from 'vitest'
import {publisherChecksum} from './publisher-checksum.ts'
import {isIn, versionIn} from './version.ts'

const SHA256 = '0123456789abcdef'.repeat(4)
const SHA512 = '0123456789abcdef'.repeat(8)

describe('the forms in which publishers write checksums', () => {
  test('digits alone', () => {
    expect(publisherChecksum(SHA512, 'zipkin.jar', 'sha512')).toBe(SHA512)
    expect(publisherChecksum(`${SHA512.toUpperCase()}\n`, 'zipkin.jar', 'sha512')).toBe(SHA512)
  })

  test('a line for each file; the names must fit', () => {
    const text = `${'f'.repeat(64)}  prometheus.linux-arm64.tar.gz\n${SHA256} *dist/prometheus.linux-amd64.tar.gz\n`
    expect(publisherChecksum(text, 'prometheus.linux-amd64.tar.gz', 'sha256')).toBe(SHA256)
    expect(publisherChecksum(text, 'prometheus.darwin-amd64.tar.gz', 'sha256')).toBeUndefined()
  })

  test('as gpg prints them, over lines', () => {
    const groups = SHA512.toUpperCase().match(/.{8}/gu)!
    const text = `kafka.tgz: ${groups.slice(0, 8).join(' ')}\n           ${groups.slice(8).join(' ')}\n`
    expect(publisherChecksum(text, 'kafka.tgz', 'sha512')).toBe(SHA512)
    expect(publisherChecksum(text, 'other.tgz', 'sha512')).toBeUndefined()
  })

  test('a page that says something else, or a checksum of another kind', () => {
    for (const text of ['', '<html>Not found</html>', SHA256.slice(1), `${SHA256}00`, 'g'.repeat(64)])
      expect(publisherChecksum(text, 'x', 'sha256')).toBeUndefined()
    expect(publisherChecksum(SHA256, 'x', 'sha512')).toBeUndefined()
  })
})

test('versions as programs print them', () => {
  expect(versionIn('prometheus, version 2.42.0+ds (branch: debian/sid)')).toBe('2.42.0')
  expect(versionIn('openjdk version "17.0.15" 2025-04-15')).toBe('17.0.15')
  expect(versionIn('openjdk version "21" 2023-09-19')).toBe('21')
  expect(versionIn('edge')).toBeUndefined()
})

test('ranges', () => {
  const range = {from: '1.18.3', before: '1.20.0'}
  expect(['1.18.2', '1.9.9', '1.20.0', '2.0.0', '0'].map((version) => isIn(version, range))).not.toContain(true)
  expect(['1.18.3', '1.18.10', '1.19', '1.19.99'].map((version) => isIn(version, range))).not.toContain(false)
})
