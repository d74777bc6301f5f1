// Adds up the JSON reports of the test runs: names what failed, with the beginning of why, and prints the one line that says how
// it went. At the end of a long log, since that is what is read, or kept, of it.
import {readFileSync, readdirSync} from 'node:fs'
import {join, relative} from 'node:path'
import {stripVTControlCharacters} from 'node:util'

const folder = process.argv[2]
const LINES = 12
const failures = []
let passed = 0
let failed = 0
let pending = 0

const failure = (file, name, message) => {
  const lines = stripVTControlCharacters(message)
    .trim()
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, LINES)
  failures.push([`${relative('.', file)} > ${name}`, ...lines].join('\n    '))
}

for (const name of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  pending += report.numPendingTests + report.numTodoTests
  for (const {name: file, message, assertionResults: tests} of report.testResults) {
    const failedTests = tests.filter(({status}) => status === 'failed')
    for (const {fullName, failureMessages} of failedTests) failure(file, fullName, failureMessages.join('\n'))
    // A file that cannot be read, or whose beforeAll failed, has a message of its own.
    if (message && failedTests.length === 0) failure(file, '(the file itself)', message)
  }
}
if (failures.length > 0) console.error(`\n=== failed\n${failures.join('\n')}\n`)
if (pending > 0) console.error(`${pending} tests did not run`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(passed > 0 && failures.length === 0 && failed === 0 && pending === 0 ? 0 : 1)
