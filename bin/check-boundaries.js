// Checks who imports whom against .dependency-cruiser.js, and that anything was read at all: with a parser that does not
// know TypeScript the tool finds no module and is content.
import {cruise} from 'dependency-cruiser'
import config from '../.dependency-cruiser.js'

const MODULES_AT_LEAST = 200
const {exitCode, output} = await cruise(['services', 'cli'], {
  ...config.options,
  ruleSet: {forbidden: config.forbidden},
  validate: true,
  outputType: 'json',
})
const {summary} = JSON.parse(output)
for (const {rule, from, to} of summary.violations) console.error(`${rule.name}: ${from} → ${to}`)
if (summary.totalCruised < MODULES_AT_LEAST) {
  console.error(`only ${summary.totalCruised} modules were read`)
  process.exit(1)
}
process.exit(exitCode === 0 && summary.violations.length === 0 ? 0 : 1)
