/** `npm run bench -- NAME [--json] [--save FILE]`: runs the benchmark in the folder NAME and prints what it found. */
import {existsSync, globSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {parseArgs} from 'node:util'

interface Bench {
  run(): unknown
  print(report: unknown): string
  /** Ends what it has started; `run` throws then. */
  stop?(): Promise<void>
}

const {values, positionals} = parseArgs({
  options: {json: {type: 'boolean', default: false}, save: {type: 'string'}},
  allowPositionals: true,
})
const names = globSync('*/bench.ts', {cwd: import.meta.dirname})
  .map((file) => dirname(file))
  .toSorted()
const path = join(import.meta.dirname, positionals[0] ?? '', 'bench.ts')
if (positionals.length !== 1 || !existsSync(path)) {
  process.stderr.write(
    `No benchmark "${positionals.join(' ')}". Usage: npm run bench -- ${names.join('|')} [--json] [--save FILE]\n`,
  )
  process.exitCode = 2
} else {
  const bench = (await import(pathToFileURL(path).href)) as Bench
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void (bench.stop?.() ?? Promise.resolve()).finally(() => process.exit(130)))
  }
  const report = await bench.run()
  const json = `${JSON.stringify(report, null, 2)}\n`
  process.stdout.write(values.json ? json : `${bench.print(report)}\n`)
  if (values.save !== undefined) {
    await mkdir(dirname(values.save), {recursive: true})
    await writeFile(values.save, json)
  }
}
