// Adds up the JSON reports of the test runs and prints the one line that says how it went.
import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'

const folder = process.argv[2]
let passed = 0
let failed = 0
let pending = 0
for (const file of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  pending += report.numPendingTests + report.numTodoTests
}
if (pending > 0) console.error(`${pending} tests did not run`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(passed > 0 && failed === 0 && pending === 0 ? 0 : 1)
