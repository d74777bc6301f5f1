import {afterAll, expect, test} from 'vitest'
import {setTimeout as delay} from 'node:timers/promises'
import {LocalTarget} from '../support/local-target.ts'

const SEED = 20_261_121
const MOMENTS = 20

/** mulberry32: the same moments in every run, as shares of the time that `up` takes. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

// Also when one of two that run at the same time fails, and the other is not waited for.
const targets: LocalTarget[] = []
const newTarget = async (): Promise<LocalTarget> => {
  const target = await LocalTarget.create()
  targets.push(target)
  return target
}
afterAll(async () => await Promise.all(targets.map(async (target) => await target.dispose())))

/** Ctrl-C at shares of the time that `up` took before; `fresh` makes the database anew each time. */
async function interruptAt(shares: readonly number[], fresh: boolean): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {}
  let target = await newTarget()
  await target.up()
  await target.json('down', ...(fresh ? ['--delete', '--yes'] : []))
  const began = performance.now()
  await target.up()
  const wholeMs = performance.now() - began
  await target.json('down')
  for (const share of shares) {
    if (fresh) {
      await target.dispose()
      target = await newTarget()
    }
    const {child, ended} = target.start(['up'])
    await delay(share * wholeMs)
    // To the whole group, as a terminal does.
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT')
    const {code, signal, stdout, stderr} = await ended
    const outcome = signal ?? String(code)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    // It was done, and said so; a signal in the last milliseconds of the process changes nothing about that.
    if (stdout.includes('ready in')) await target.json('down')
    const said = code === 130 ? /Interrupted(; nothing was left running)?\./u : /^(! Port .*\n)?$/u
    expect(stderr).toMatch(said)
    expect(await target.remains(), `after ${Math.round(share * wholeMs)} ms (${outcome})`).toEqual([])
  }
  // And none of that did any harm.
  await target.up()
  await target.json('down')
  return outcomes
}

test(`Ctrl-C at ${MOMENTS} moments of up leaves no process, port or lock`, {timeout: 600_000}, async () => {
  const next = random(SEED)
  const shares = Array.from({length: MOMENTS}, () => next() * 1.05)
  const parts = [shares.slice(0, 6), shares.slice(6, 13), shares.slice(13)]
  const outcomes = await Promise.all(parts.map(async (part, index) => await interruptAt(part, index === 0)))
  const counts = outcomes.flatMap((counted) => Object.entries(counted))
  // Before it listens to signals (SIGINT), while it works (130), or when it was done (0); never anything else.
  for (const [outcome] of counts) expect(['SIGINT', '130', '0']).toContain(outcome)
  const interrupted = counts.reduce((sum, [outcome, count]) => sum + (outcome === '130' ? count : 0), 0)
  // 15 of them on a quiet machine. Beside other work the time of `up` changes, and more of them come before or after it.
  expect(interrupted).toBeGreaterThanOrEqual(MOMENTS / 10)
})
