import {expect, inject, test} from 'vitest'
import {chaos} from './chaos.ts'
import {ChaosHost} from './host-target.ts'
import {ChaosLocal} from './local-target.ts'

const MINUTES = 0.5
const CLIENTS = 4
/** Other faults each time: what fails says how to repeat it. */
const seed = Date.now() % 100_000

const targets = {
  local: async () => await ChaosLocal.start(),
  host: async () => await ChaosHost.start(inject('stackPrograms')),
}

test.each(['local', 'host'] as const)(
  'the %s target keeps its promises, whatever breaks',
  {timeout: 900_000},
  async (name) => {
    const target = await targets[name]()
    const lines = [`npm run chaos -- --target ${name} --minutes ${MINUTES} --seed ${seed}`]
    try {
      const {signal} = new AbortController()
      const report = await chaos(target, {
        minutes: MINUTES,
        seed,
        clients: CLIENTS,
        pause: 4,
        say: (line) => lines.push(line),
        signal,
      })
      expect(report.examples, lines.join('\n')).toEqual([])
      expect(report.refused, lines.join('\n')).toEqual({})
      expect(report.faults.length, lines.join('\n')).toBeGreaterThan(0)
      expect(report.operations, lines.join('\n')).toBeGreaterThan(50)
    } finally {
      await target.stop()
    }
  },
)
