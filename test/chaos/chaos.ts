import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {percentile} from '../bench/statistics.ts'
import {surroundings} from '../bench/surroundings.ts'
import type {ChaosTarget, Fault} from './chaos-target.ts'
import {check, type Verdict} from './check.ts'
import {Client} from './client.ts'
import type {Evidence} from './evidence.ts'
import {type Entry, type FaultEntry, Ledger, readLedger} from './ledger.ts'
import {Load, Story} from './load.ts'
import {Random} from './random.ts'
import {recover, unlessAway} from './recovery.ts'
import type {ChaosReport} from './report.ts'
import {SuppressedDuplicates} from './suppressed.ts'
import {VIOLATIONS} from './violation.ts'

/** The sweep that makes what no event has made looks back a minute, once a minute. */
const QUIET_WITHIN_MS = 200_000
const EXAMPLES = 20

export interface ChaosOptions {
  readonly minutes: number
  readonly seed: number
  /** Of each user. */
  readonly clients: number
  /** Between the recovery from a fault and the next fault, seconds on average; each is 0.4 to 1.6 of it. */
  readonly pause: number
  /** Only faults whose kind contains this. */
  readonly only?: string | undefined
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Breaks a target at random under load, lets it come to rest, and compares it with what the clients were told. */
export async function chaos(target: ChaosTarget, options: ChaosOptions): Promise<ChaosReport> {
  const {minutes, seed, say, signal} = options
  const around = await surroundings()
  const folder = mkdtempSync(join(tmpdir(), 'todo5-chaos-'))
  const path = join(folder, 'ledger.jsonl')
  const ledger = new Ledger(path)
  const suppressed = new SuppressedDuplicates(target)
  const looking = setInterval(() => void suppressed.look(), 2000)
  try {
    await breakThings(target, ledger, options)
    await suppressed.look()
    const {verdict, evidence} = await settle(target, path, signal)
    const report = toReport(verdict, readLedger(path), suppressed.count)
    if (verdict.violations.length === 0) {
      rmSync(folder, {recursive: true})
    } else {
      keep(folder, evidence)
      say(`The ledger and what it was compared with are kept: ${folder}`)
    }
    return {bench: 'chaos', variant: target.name, seed, minutes, leftOut: target.leftOut, ...report, ...around}
  } catch (error) {
    say(`The ledger is kept: ${path}`)
    throw error
  } finally {
    clearInterval(looking)
    ledger.close()
  }
}

async function breakThings(target: ChaosTarget, ledger: Ledger, options: ChaosOptions): Promise<void> {
  const {minutes, seed, clients: clientsEach, pause, only = '', say, signal} = options
  const hopeless = new AbortController()
  const api = {url: () => target.apiUrl(), signal: hopeless.signal}
  const load = new Load({users: target.users, clientsEach, seed, api, ledger})
  const random = new Random(seed)
  const probers = target.users.map((user) => new Story(new Client(user, api, ledger), random))
  const failed = Promise.withResolvers<never>()
  const faults = target.faults.filter(({kind}) => kind.includes(only))
  const until = performance.now() + minutes * 60_000
  load.start(failed.reject)
  try {
    for (const fault of deck(faults, random)) {
      const calm = delay(random.between(400 * pause, 1600 * pause), undefined, {signal})
      await Promise.race([calm, failed.promise])
      if (performance.now() > until) break
      const entry = await Promise.race([measure(target, fault, probers, random), failed.promise])
      ledger.write(entry)
      say(`${entry.kind}: well again after ${(entry.recoveryMs / 1000).toFixed(1)} s`)
    }
    await load.stop()
  } catch (error) {
    // What is asked for now may never be answered.
    hopeless.abort()
    await load.stop()
    throw error
  } finally {
    failed.promise.catch(() => undefined)
  }
}

/** All of them in random order, again and again, so that each comes as often. */
function* deck(faults: readonly Fault[], random: Random): Generator<Fault> {
  for (let round = 0; ; round++) {
    const left = faults.filter(({once}) => round === 0 || !once)
    if (left.length === 0) return
    while (left.length > 0) yield left.splice(random.between(0, left.length - 1), 1)[0]!
  }
}

async function measure(
  target: ChaosTarget,
  fault: Fault,
  probers: readonly Story[],
  random: Random,
): Promise<FaultEntry> {
  const at = Date.now()
  let endedAt = 0
  await fault.run(random, () => (endedAt = Date.now()))
  endedAt ||= Date.now()
  await recover(target, probers)
  return {type: 'fault', kind: fault.kind, at, endedAt, recoveryMs: Date.now() - endedAt}
}

/** Waits until nothing is wrong, or long enough that it never will be right; then looks again that nothing more came. */
async function settle(
  target: ChaosTarget,
  ledger: string,
  signal: AbortSignal,
): Promise<{verdict: Verdict; evidence: Evidence}> {
  const deadline = performance.now() + QUIET_WITHIN_MS
  const entries = readLedger(ledger)
  const look = async (): Promise<{verdict: Verdict; evidence: Evidence}> => {
    const evidence = {...(await target.evidence()), mails: await target.mails.all()}
    return {verdict: check(entries, evidence), evidence}
  }
  const last = entries.reduce((latest, entry) => Math.max(latest, remindAtOf(entry)), 0)
  await delay(Math.max(0, last - Date.now()), undefined, {signal})
  for (;;) {
    await delay(3000, undefined, {signal})
    const waits = await target.underWay().catch((error: unknown) => (unlessAway(error) ? [] : ['todo5 is away']))
    if (waits.length > 0 && performance.now() < deadline) continue
    const {verdict} = await look()
    if (verdict.violations.length > 0 && performance.now() < deadline) continue
    await delay(3000, undefined, {signal})
    return await look()
  }
}

function remindAtOf(entry: Entry): number {
  if (entry.type !== 'sent' || !('remindAt' in entry.operation)) return 0
  return entry.operation.remindAt ?? 0
}

/** A file for each kind of row, a line of JSON each. */
function keep(folder: string, evidence: Evidence): void {
  const {tasks, audit, topics, deliveries, mails} = evidence
  for (const [name, rows] of Object.entries({tasks, audit, topics, deliveries, mails})) {
    writeFileSync(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
}

type Counted = Omit<
  ChaosReport,
  'bench' | 'variant' | 'seed' | 'minutes' | 'leftOut' | 'at' | 'commit' | 'node' | 'machine' | 'load'
>

function toReport(verdict: Verdict, entries: readonly Entry[], suppressedDuplicates: number): Counted {
  const faults = entries.filter((entry): entry is FaultEntry => entry.type === 'fault')
  const late = verdict.lateMs.toSorted((a, b) => a - b)
  const seconds = (part: number): number => (late.length === 0 ? 0 : percentile(late, part) / 1000)
  const kinds = Map.groupBy(verdict.violations, ({kind}) => kind)
  return {
    operations: verdict.operations,
    repeated: counted(entries.flatMap((entry) => (entry.type === 'unknown' ? [entry.why] : []))),
    refused: counted(entries.flatMap((entry) => (entry.type === 'refused' ? [`${entry.status} ${entry.code}`] : []))),
    faults: [...Map.groupBy(faults, ({kind}) => kind)].map(([kind, same]) => ({
      kind,
      recoveries: same.map(({recoveryMs}) => recoveryMs / 1000),
    })),
    events: verdict.events,
    eventCopies: verdict.eventCopies,
    suppressedDuplicates,
    reminders: verdict.reminders,
    lateness: {p50: seconds(0.5), p99: seconds(0.99), most: seconds(1)},
    mailCopies: verdict.mailCopies,
    violations: Object.fromEntries(
      VIOLATIONS.map((kind) => [kind, kinds.get(kind)?.length ?? 0]),
    ) as ChaosReport['violations'],
    examples: verdict.violations.slice(0, EXAMPLES),
  }
}

const counted = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]))
