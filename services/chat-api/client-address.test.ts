import type {IncomingMessage} from 'node:http'
import {expect, test} from 'vitest'
import {clientAddress, limitKey} from './client-address.ts'

const request = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
  ({
    socket: {remoteAddress},
    headers: forwarded === undefined ? {} : {'x-forwarded-for': forwarded},
  }) as unknown as IncomingMessage

test.each([
  ['no proxy', 0, '192.0.2.1', undefined, '192.0.2.1'],
  ['no proxy, a forged header', 0, '192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['a dual-stack socket', 0, '::ffff:192.0.2.1', undefined, '192.0.2.1'],
  ['one proxy', 1, '10.0.0.1', '192.0.2.7', '192.0.2.7'],
  ['one proxy, a forged entry before it', 1, '10.0.0.1', '203.0.113.9, 192.0.2.7', '192.0.2.7'],
  ['one proxy, the header sent twice', 1, '10.0.0.1', ['203.0.113.9', '192.0.2.7'], '192.0.2.7'],
  ['two proxies', 2, '10.0.0.1', '203.0.113.9, 192.0.2.7, 10.0.0.2', '192.0.2.7'],
  ['two proxies, but only one entry', 2, '10.0.0.1', '192.0.2.7', '10.0.0.1'],
  ['one proxy, no header', 1, '10.0.0.1', undefined, '10.0.0.1'],
  ['one proxy, nonsense', 1, '10.0.0.1', 'nonsense', '10.0.0.1'],
  ['one proxy, IPv6', 1, '10.0.0.1', '2001:db8::7', '2001:db8::7'],
  ['a socket that has gone', 0, undefined, undefined, ''],
])('%s', (_name, hops, socket, header, expected) => {
  expect(clientAddress(request(socket, header), hops)).toBe(expected)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s counts as %s', (address, key) => {
  expect(limitKey(address)).toBe(key)
})
