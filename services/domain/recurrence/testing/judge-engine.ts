/**
 * `node judge-engine.ts FOLDER RULES`: compares the engine in FOLDER with the vectors and with brute force on so many
 * random rules, and prints how often it disagrees, or 0. It stops once it does. A process of its own, because an engine with a fault may not come back.
 */
import {pathToFileURL} from 'node:url'
import {type Compile, wrongRandomRules, wrongVectors, wrongWeekRules} from './compare.ts'

const folder = process.argv[2]!
const {compileRecurrence} = (await import(pathToFileURL(`${folder}/compile.ts`).href)) as {compileRecurrence: Compile}
const wrong = [...wrongVectors(compileRecurrence), ...wrongWeekRules(compileRecurrence)]
const CHUNK = 100
for (let tried = 0; tried < Number(process.argv[3]) && wrong.length === 0; tried += CHUNK) {
  wrong.push(...wrongRandomRules(compileRecurrence, 20_261_120 + tried, CHUNK))
}
process.stdout.write(JSON.stringify({disagreements: wrong.length, example: wrong[0]}))
