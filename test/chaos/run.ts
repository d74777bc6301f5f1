/**
 * `npm run chaos -- [--target local|host] [--minutes N] [--seed S] [--clients N] [--pause SECONDS] [--only KIND] [--save] [--json]`: breaks a todo5 of its own
 * under load and says whether a promise was broken (then it ends with 1). --save keeps the figures in docs/bench.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {RESULTS, resultName} from '../bench/contract.ts'
import {printSurroundings} from '../bench/surroundings.ts'
import {chaos} from './chaos.ts'
import type {ChaosTarget} from './chaos-target.ts'
import {print} from './report.ts'

const {values} = parseArgs({
  options: {
    target: {type: 'string', default: 'local'},
    minutes: {type: 'string', default: '5'},
    seed: {type: 'string', default: String(Date.now() % 100_000)},
    clients: {type: 'string', default: '8'},
    pause: {type: 'string', default: '4'},
    only: {type: 'string'},
    save: {type: 'boolean', default: false},
    json: {type: 'boolean', default: false},
  },
})
const {only} = values
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
const [clients, pause] = [Number(values.clients), Number(values.pause)]
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
process.exitCode = minutes > 0 && clients > 0 && pause > 0 && Number.isInteger(seed) ? await main() : usage()

async function main(): Promise<number> {
  const target = await open(values.target)
  if (!target) return usage()
  try {
    const say = (line: string): void => void process.stderr.write(`${line}\n`)
    const report = await chaos(target, {minutes, seed, clients, pause, only, say, signal: stop.signal})
    const stored = {
      command: `npm run chaos -- --target ${target.name} --minutes ${minutes} --seed ${seed} --clients ${clients} --pause ${pause}${only === undefined ? '' : ` --only '${only}'`}`,
      ...report,
    }
    const json = `${JSON.stringify(stored, null, 2)}\n`
    process.stdout.write(values.json ? json : `${printSurroundings(report)}\n\n${print(report)}\n`)
    if (values.save) {
      await mkdir(RESULTS, {recursive: true})
      await writeFile(join(RESULTS, resultName(report)), json)
    }
    return report.examples.length > 0 ? 1 : 0
  } catch (error) {
    if (stop.signal.aborted) return 130
    throw error
  } finally {
    await target.stop()
  }
}

/** Each loads only what it needs. */
async function open(name: string): Promise<ChaosTarget | undefined> {
  if (name === 'local') return await (await import('./local-target.ts')).ChaosLocal.start()
  if (name !== 'host') return undefined
  const [{ChaosHost}, {programsOfTheStack}, {withoutTimerWarnings}] = await Promise.all([
    import('./host-target.ts'),
    import('../support/stack/programs.ts'),
    import('../../cli/tools/kafka-timer-warnings.ts'),
  ])
  withoutTimerWarnings()
  return await ChaosHost.start(await programsOfTheStack())
}

function usage(): number {
  process.stderr.write(
    'Usage: npm run chaos -- [--target local|host] [--minutes N] [--seed S] [--clients N] [--pause SECONDS] [--only KIND] [--save] [--json]\n',
  )
  return 2
}
