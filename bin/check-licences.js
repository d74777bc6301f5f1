// Fails on a package whose licence nobody has allowed: npm run licences. It asks the lock, so other platforms' too.
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {licenceFaults} from './packages/licences.ts'
import {lockedPackages} from './packages/locked.ts'

const packages = lockedPackages(dirname(dirname(fileURLToPath(import.meta.url))))
const faults = licenceFaults(packages)
for (const fault of faults) console.error(fault)
if (faults.length > 0) {
  console.error('Read the licence, then say in bin/packages/licences.ts what holds; or take another package.')
  process.exit(1)
}
const production = packages.filter((one) => one.production).length
console.log(`${packages.length} packages, ${production} of them installed with todo5: every licence is allowed`)
