import {BlockList, isIPv4} from 'node:net'

export type AddressKind = 'public' | 'loopback' | 'private'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** IANA's special-purpose registries of IPv4, multicast, and the metadata service of Azure, which has a public address. */
const withheld = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  withheld.addSubnet(net, prefix, 'ipv4')
/** Within 2000::/3, what is no address of a host or leads to an IPv4 address: Teredo, 6to4, documentation. */
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  withheld.addSubnet(net, prefix, 'ipv6')

const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu

/** `private`: anything but the internet and this machine, such as a local net, link-local or a cloud's metadata. */
export function addressKind(address: string): AddressKind {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return addressKind(mapped)
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (loopback.check(address, family)) return 'loopback'
  if (withheld.check(address, family)) return 'private'
  return family === 'ipv4' || global.check(address, family) ? 'public' : 'private'
}
