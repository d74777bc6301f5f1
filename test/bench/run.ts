/**
 * `npm run bench -- NAME [--save] [--json] [options of the bench]`: runs the bench in the folder NAME and prints what it found;
 * --save keeps the raw figures in docs/bench, from which `npm run generate` makes docs/performance.md.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type Bench, benchNames, findBench, RESULTS, resultName} from './contract.ts'
import {printSurroundings} from './surroundings.ts'

const [name = '', ...rest] = process.argv.slice(2)
const bench = await findBench(name)
process.exitCode = bench ? await measure(bench) : await explain()

async function measure(measured: Bench): Promise<number> {
  let interrupted: Promise<void> | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted ??= measured.stop()
      void interrupted.finally(() => process.exit(130))
    })
  }
  try {
    const args = rest.filter((argument) => argument !== '--save' && argument !== '--json')
    const report = await measured.run(args)
    const stored = {command: ['npm run bench --', name, ...args].join(' '), ...report}
    const json = `${JSON.stringify(stored, null, 2)}\n`
    process.stdout.write(rest.includes('--json') ? json : `${printSurroundings(report)}\n\n${measured.print(report)}\n`)
    if (rest.includes('--save')) {
      await mkdir(RESULTS, {recursive: true})
      await writeFile(join(RESULTS, resultName(report)), json)
    }
    return 0
  } catch (error) {
    // What was under way has lost what it stood on; the handler of the signal ends this process.
    if (interrupted) return await interrupted.then(() => 130)
    if (!(error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) throw error
    process.stderr.write(
      `${(error as Error).message}\nUsage: npm run bench -- ${name} [--save] [--json] ${measured.usage}\n`,
    )
    return 2
  }
}

async function explain(): Promise<number> {
  process.stderr.write(`No bench ${JSON.stringify(name)}. Usage: npm run bench -- NAME [--save] [--json] [options]\n`)
  for (const known of benchNames()) process.stderr.write(`  ${known} ${(await findBench(known))!.usage}\n`)
  return 2
}
