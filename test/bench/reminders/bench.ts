/**
 * `npm run bench -- reminders`: how late mails of reminders arrive at a mail server, when many are due within a minute and
 * within one second, beside bare jobs of graphile-worker on the same PostgreSQL. Linux; loopback only.
 */
import {execa} from 'execa'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {Client} from 'pg'
import {LocalTarget} from '../../support/local-target.ts'
import {type Aim, aims} from '../aim.ts'
import {cpuOf, cpuOfFamily} from '../process-cpu.ts'
import {percentile} from '../statistics.ts'
import {surroundings, type Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'
import type {Lateness} from './lateness.ts'
import {type MailSink, startMailSink, titleOf} from './mails.ts'

export const usage = '[--minute N] [--second N] (4 minutes, Linux)'

const USERS = 200
/** Between the rows and the first reminder: their jobs have to be made. */
const LEAD_MS = 15_000
/** Nothing is lost before this is over. */
const PATIENCE_SECONDS = 60

interface Wave {
  readonly count: number
  readonly spread_seconds: number
  readonly todo5: Lateness & {readonly double: number; readonly lost: number}
  readonly control: Lateness
  /** Per 1,000 reminders, from the rows to the last mail. */
  readonly cpu_ms_per_1000: {readonly todo5: number; readonly postgresql: number}
}

interface Report extends Surroundings {
  readonly bench: 'reminders'
  readonly waves: readonly Wave[]
}

const started: (() => Promise<unknown>)[] = []

export async function stop(): Promise<void> {
  for (const end of started.splice(0).toReversed()) await end()
}

export async function run(args: readonly string[]): Promise<Report> {
  const {values} = parseArgs({
    args: [...args],
    options: {minute: {type: 'string', default: '10000'}, second: {type: 'string', default: '2000'}},
  })
  try {
    const sink = await startMailSink()
    started.push(async () => await sink.stop())
    const local = await LocalTarget.create({base: tmpdir()})
    started.push(async () => await local.dispose())
    await local.up('--smtp-url', sink.url)
    const waves: Wave[] = []
    // The first one pays for what is compiled and planned once.
    await wave(local, sink, 100, 1)
    for (const [count, spread] of [
      [Number(values.second), 1],
      [Number(values.minute), 60],
    ] as const) {
      if (count > 0)
        waves.push({...(await wave(local, sink, count, spread)), control: await control(local, count, spread)})
    }
    return {bench: 'reminders', ...(await surroundings()), waves}
  } finally {
    await stop()
  }
}

async function wave(local: LocalTarget, sink: MailSink, count: number, spread: number): Promise<Omit<Wave, 'control'>> {
  const {pid, postgres, database_url: url} = await local.state()
  const cpu = () => ({todo5: cpuOf(pid), postgresql: cpuOfFamily(postgres!.pid!)})
  const before = cpu()
  const first = Math.ceil((Date.now() + LEAD_MS) / 1000) * 1000
  const due = await makeReminders(url!, first, count, spread)
  const giveUpAt = first + (spread + PATIENCE_SECONDS) * 1000
  const missing = (): number => [...due.keys()].filter((id) => !sink.arrived.has(id)).length
  while (missing() > 0 && Date.now() < giveUpAt) await delay(100)
  // Second mails come within the moment, if there are any.
  await delay(3000)
  const after = cpu()
  const mails = [...due].map(([id, at]) => (sink.arrived.get(id) ?? []).map((arrived) => arrived - at))
  const waits = mails.flatMap(([wait]) => wait ?? []).toSorted((a, b) => a - b)
  return {
    count,
    spread_seconds: spread,
    todo5: {
      p50_ms: percentile(waits, 0.5),
      p99_ms: percentile(waits, 0.99),
      max_ms: waits.at(-1) ?? Number.NaN,
      early: mails.flat().filter((wait) => wait < 0).length,
      double: mails.filter((of) => of.length > 1).length,
      lost: mails.filter((of) => of.length === 0).length,
    },
    cpu_ms_per_1000: {
      todo5: ((after.todo5 - before.todo5) / count) * 1000,
      postgresql: ((after.postgresql - before.postgresql) / count) * 1000,
    },
  }
}

/** Tasks with a reminder each, as the Task Service writes them; answers with the time of each reminder, ms. */
async function makeReminders(url: string, first: number, count: number, spread: number): Promise<Map<string, number>> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    const {rows} = await client.query<{id: string; at: string}>(
      `with users as (
         select gen_random_uuid() as user_id, n from generate_series(0, $1::int - 1) n
       ), profiles as (
         insert into todo.profiles (user_id, email) select user_id, 'user' || n || '@localhost.example' from users
       ), times as (
         select user_id, to_timestamp($2::float8 / 1000) + make_interval(secs => m % $4::int) as at
         from generate_series(0, $3::int - 1) m join users on n = m % $1::int
       ), tasks as (
         insert into todo.tasks (user_id, title, due_at, reminder_at)
         select user_id, '', at + interval '1 hour', at from times returning id, user_id, reminder_at
       ), reminders as (
         insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at)
         select user_id, id, 3600, reminder_at from tasks
       ) select id, (extract(epoch from reminder_at) * 1000)::text as at from tasks`,
      [USERS, first, count, spread],
    )
    const ids = rows.map(({id}) => id)
    await client.query(
      'update todo.tasks t set title = i.title from unnest($1::bigint[], $2::text[]) as i (id, title) where t.id = i.id',
      [ids, ids.map(titleOf)],
    )
    await client.query('analyze todo.tasks, todo.reminders')
    return new Map(rows.map(({id, at}) => [id, Number(at)]))
  } finally {
    await client.end()
  }
}

async function control(local: LocalTarget, count: number, spread: number): Promise<Lateness> {
  const url = new URL((await local.state()).database_url!)
  const client = new Client({connectionString: url.href})
  await client.connect()
  const name = `control_${spread}`
  await client.query(`create database ${name}`)
  await client.end()
  url.pathname = `/${name}`
  const args = [join(import.meta.dirname, 'control.ts'), String(count), String(spread)]
  const {stdout} = await execa(process.execPath, args, {env: {DATABASE_URL: url.href}, extendEnv: false})
  return JSON.parse(stdout) as Lateness
}

export function print(report: unknown): string {
  const {waves, machine} = report as Report
  const spread = ({p50_ms: p50, p99_ms: p99, max_ms: max}: Lateness): string => [p50, p99, max].map(whole).join(' / ')
  return [
    table(
      [
        'reminders due',
        'late p50 / p99 / max ms',
        'early',
        'double',
        'lost',
        'graphile-worker p50 / p99 / max ms',
        'CPU todo5',
        'CPU postgresql',
      ],
      waves.map((of) => [
        nameOf(of),
        spread(of.todo5),
        ...[of.todo5.early, of.todo5.double, of.todo5.lost].map(String),
        spread(of.control),
        whole(of.cpu_ms_per_1000.todo5),
        whole(of.cpu_ms_per_1000.postgresql),
      ]),
    ),
    '',
    'Late: from the time of the reminder to the whole mail at the mail server. The jobs of graphile-worker only note that they',
    'ran. CPU: ms per 1,000 reminders.',
    '',
    aims(waves.flatMap((of) => aimsOf(of, machine))),
  ].join('\n')
}

function aimsOf(wave: Wave, machine: string): Aim[] {
  const {todo5, spread_seconds: spread, count, cpu_ms_per_1000: cpu} = wave
  const most = spread === 1 ? 250 : 1000
  const seconds = ((cpu.todo5 + cpu.postgresql) * count) / 1_000_000
  const limit = `the CPU: ${nameOf(wave)} take ${seconds.toFixed(1)} s of it, jobs and mails included, on ${machine}`
  const wrong = todo5.early + todo5.double + todo5.lost
  return [
    {aim: `${nameOf(wave)}: p99 ≤ ${most} ms`, met: todo5.p99_ms <= most, figure: `${whole(todo5.p99_ms)} ms`, limit},
    {aim: `${nameOf(wave)}: none early, double or lost`, met: wrong === 0, figure: String(wrong)},
  ]
}

const nameOf = ({count, spread_seconds: spread}: Pick<Wave, 'count' | 'spread_seconds'>): string =>
  `${whole(count)} ${spread === 1 ? 'in one second' : 'within a minute'}`
const whole = (value: number): string => Math.round(value).toLocaleString('en')
