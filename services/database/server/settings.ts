/** Values of postgresql.conf; each as PostgreSQL writes it. */
export type Settings = Readonly<Record<string, string>>

/** For a small machine that also runs all of todo5: about 40 MB of memory when idle. */
const settings: Settings = {
  max_connections: '120',
  shared_buffers: '64MB',
  effective_cache_size: '256MB',
  // What is read often fits in memory, so the three I/O workers of PostgreSQL 18 would only take memory.
  io_method: 'sync',
  jit: 'off',
  random_page_cost: '1.1',
  // No replicas: less is written, and no process waits for one.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  wal_compression: 'on',
  min_wal_size: '80MB',
  max_wal_size: '512MB',
  // Queue and outbox rows live for milliseconds: vacuum looks every 10 s instead of every 60 s.
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  password_encryption: 'scram-sha-256',
  logging_collector: 'on',
  log_destination: 'stderr',
  log_directory: 'log',
  // One file for each day of the week, emptied before it is used again.
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %a ',
  log_lock_waits: 'on',
}

/**
 * In files of the data folder: a killed server that is never started again leaves nothing (1 MB each) in /dev/shm, which
 * in a container has 64 MB. initdb is told, too. Windows has only its own kind.
 */
export const dynamicSharedMemory = 'mmap'

/** The text of the file todo5.conf, which postgresql.conf includes; written anew at each start. */
export function settingsText(own: Settings = {}, platform: string = process.platform): string {
  const all: Record<string, string> = {...settings}
  // A client that was killed leaves no query, and no lock, behind for longer than this. Windows cannot tell.
  if (platform !== 'win32') {
    all['client_connection_check_interval'] = '2s'
    all['dynamic_shared_memory_type'] = dynamicSharedMemory
  }
  const lines = Object.entries({...all, ...own}).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)
  return ['# Written by todo5 at each start; use ALTER SYSTEM to change a setting.', ...lines, ''].join('\n')
}
