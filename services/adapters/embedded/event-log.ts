import type {Transaction} from '../../database/database.ts'
import {query, toNumber} from '../../database/query.ts'
import {prepared} from '../../database/session.ts'

/** The SQL of the embedded event log: per topic and partition an append-only list with positions, as in Kafka. */

export interface LogEntry {
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly event: unknown
  readonly traceparent: string | null
}

const APPEND = prepared(`
  with incoming as (
    select * from unnest($1::text[], $2::smallint[], $3::text[], $4::jsonb[], $5::text[])
      with ordinality as i (topic, partition, key, event, traceparent, place)
  ), counted as (
    select topic, partition, count(*) as n from incoming group by topic, partition order by topic, partition
  ), taken as (
    insert into jobs.partitions as p (topic, partition, next_position)
      select topic, partition, n from counted
    on conflict (topic, partition) do update set next_position = p.next_position + excluded.next_position
    returning topic, partition, next_position
  )
  insert into jobs.event_log (topic, partition, position, key, event, traceparent)
  select i.topic, i.partition, t.next_position - c.n - 1 + row_number() over (partition by i.topic, i.partition order by i.place), i.key, i.event, i.traceparent
  from incoming i join taken t using (topic, partition) join counted c using (topic, partition)`)

/**
 * Appends a batch. The partition rows are locked until the commit, so that positions become visible in their order,
 * also when a relay whose lease ran out is still writing.
 */
export async function appendToLog(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
  await query(tx, APPEND, [
    entries.map((entry) => entry.topic),
    entries.map((entry) => entry.partition),
    entries.map((entry) => entry.key),
    entries.map((entry) => JSON.stringify(entry.event)),
    entries.map((entry) => entry.traceparent),
  ])
}

export interface PartitionEnd {
  readonly topic: string
  readonly partition: number
  readonly next: number
}

/** An entry as it stands in the log. */
export interface ReadEntry extends LogEntry {
  readonly position: number
}

const ENDS = prepared('select topic, partition, next_position from jobs.partitions')

/** How far each partition reaches. */
export async function partitionEnds(tx: Transaction): Promise<PartitionEnd[]> {
  const rows = await query<{topic: string; partition: number; next_position: string}>(tx, ENDS)
  return rows.map((row) => ({topic: row.topic, partition: row.partition, next: toNumber(row.next_position)}))
}

export interface ReadWish {
  readonly topic: string
  readonly partition: number
  readonly position: number
  readonly limit: number
}

const READ = prepared(`
  select wish.place, l.topic, l.partition, l.position, l.key, l.event, l.traceparent
  from unnest($1::text[], $2::smallint[], $3::bigint[], $4::int[]) with ordinality
      as wish (topic, partition, position, max_rows, place)
    cross join lateral (
      select * from jobs.event_log e
      where e.topic = wish.topic and e.partition = wish.partition and e.position >= wish.position
      order by e.position limit wish.max_rows
    ) l
  order by wish.place, l.position`)

/** For each wish what lies in its partition from its position on, in order; one statement for all. */
export async function readLog(tx: Transaction, wishes: readonly ReadWish[]): Promise<ReadEntry[][]> {
  const found: ReadEntry[][] = wishes.map(() => [])
  if (wishes.length === 0) return found
  const rows = await query<LogEntry & {position: string; place: string}>(tx, READ, [
    wishes.map((wish) => wish.topic),
    wishes.map((wish) => wish.partition),
    wishes.map((wish) => wish.position),
    wishes.map((wish) => wish.limit),
  ])
  for (const {place, position, ...entry} of rows) {
    found[toNumber(place) - 1]!.push({...entry, position: toNumber(position)})
  }
  return found
}

/** An entry with the time at which it was published, ms since the epoch, UTC. */
export interface StoredEntry extends ReadEntry {
  readonly publishedAt: number
}

export async function readStored(
  tx: Transaction,
  from: {topic: string; partition: number; position: number; limit: number},
): Promise<StoredEntry[]> {
  const rows = await query<LogEntry & {position: string; published_ms: string}>(
    tx,
    `select topic, partition, position, key, event, traceparent, floor(extract(epoch from published_at) * 1000) as published_ms
     from jobs.event_log where topic = $1 and partition = $2 and position >= $3 order by position limit $4`,
    [from.topic, from.partition, from.position, from.limit],
  )
  return rows.map(({published_ms: at, ...row}) => ({
    ...row,
    position: toNumber(row.position),
    publishedAt: toNumber(at),
  }))
}

export interface PartitionBounds extends PartitionEnd {
  /** The oldest position that is kept; `next` when nothing is. */
  readonly first: number
}

export async function partitionBounds(tx: Transaction, topics: readonly string[]): Promise<PartitionBounds[]> {
  const rows = await query<{topic: string; partition: number; first: string; next: string}>(
    tx,
    `select p.topic, p.partition, p.next_position as next, coalesce(l.first, p.next_position) as first
     from jobs.partitions p left join lateral (
       select min(position) as first from jobs.event_log e where e.topic = p.topic and e.partition = p.partition
     ) l on true
     where p.topic = any($1::text[])`,
    [topics],
  )
  return rows.map((row) => ({...row, first: toNumber(row.first), next: toNumber(row.next)}))
}

/** By partition the first position that was published at `at` (ms, UTC) or later; without those that have none. */
export async function logOffsetsAt(tx: Transaction, topic: string, at: number): Promise<ReadonlyMap<number, number>> {
  const rows = await query<{partition: number; position: string}>(
    tx,
    `select partition, min(position) as position from jobs.event_log
     where topic = $1 and published_at >= to_timestamp($2::numeric / 1000) group by partition`,
    [topic, at],
  )
  return new Map(rows.map((row) => [row.partition, toNumber(row.position)]))
}

/** Makes this process the one that runs the consumer, until the lease ends; false while another one holds it. */
export async function takeConsumerLease(
  tx: Transaction,
  consumer: string,
  holder: string,
  seconds: number,
): Promise<boolean> {
  const rows = await query(
    tx,
    `insert into jobs.consumer_leases as l (consumer, holder, until)
     values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (consumer) do update set holder = excluded.holder, until = excluded.until
       where l.holder = excluded.holder or l.until < clock_timestamp()
     returning 1`,
    [consumer, holder, seconds],
  )
  return rows.length > 0
}

export async function releaseConsumerLeases(tx: Transaction, holder: string): Promise<void> {
  await query(tx, 'delete from jobs.consumer_leases where holder = $1', [holder])
}

export interface ConsumerPosition {
  readonly consumer: string
  readonly topic: string
  readonly partition: number
  readonly position: number
}

export async function consumerPositions(tx: Transaction, consumer: string): Promise<ConsumerPosition[]> {
  const rows = await query<{topic: string; partition: number; position: string}>(
    tx,
    'select topic, partition, position from jobs.consumer_positions where consumer = $1',
    [consumer],
  )
  return rows.map((row) => ({consumer, topic: row.topic, partition: row.partition, position: toNumber(row.position)}))
}

const SAVE = prepared(`
  insert into jobs.consumer_positions as p (consumer, topic, partition, position)
  select i.consumer, i.topic, i.partition, i.position
  from unnest($2::text[], $3::text[], $4::smallint[], $5::bigint[]) as i (consumer, topic, partition, position)
    join jobs.consumer_leases l on l.consumer = i.consumer and l.holder = $1
  on conflict (consumer, topic, partition) do update set position = excluded.position`)

/** Writes down how far consumers have come, as long as this process holds their leases. */
export async function savePositions(
  tx: Transaction,
  holder: string,
  positions: readonly ConsumerPosition[],
): Promise<void> {
  await query(tx, SAVE, [
    holder,
    positions.map((entry) => entry.consumer),
    positions.map((entry) => entry.topic),
    positions.map((entry) => entry.partition),
    positions.map((entry) => entry.position),
  ])
}

/** Deletes what is older than `keepDays` and what every consumer of its topic has read. */
export async function expireLog(tx: Transaction, keepDays: number): Promise<void> {
  await query(
    tx,
    `delete from jobs.event_log l where l.published_at < clock_timestamp() - make_interval(days => $1)
       and not exists (select 1 from jobs.consumer_positions p
         where p.topic = l.topic and p.partition = l.partition and p.position <= l.position)`,
    [keepDays],
  )
}
