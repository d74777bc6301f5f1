import {writeFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {TempRoot} from '../database/server/testing/temp-cluster.ts'
import {quietLogger} from '../../test/support/pipeline.ts'
import {startEmbeddedDatabase} from './embedded-database.ts'

test('a PostgreSQL that cannot be kept alive ends todo5, and says so', {timeout: 300_000}, async () => {
  const root = await TempRoot.create()
  const {logger, lines} = quietLogger()
  const changes: (number | undefined)[] = []
  try {
    const database = await startEmbeddedDatabase({
      dataDir: root.path,
      logger,
      signal: new AbortController().signal,
      changed: () => changes.push(database.server.pid()),
      giveUpAfterMs: 500,
    })
    expect(database.version).toMatch(/^18\./)
    // No server starts with such a file.
    await writeFile(root.join('postgres', 'pg_hba.conf'), 'nonsense')
    process.kill(database.server.pid()!, 'SIGKILL')
    await expect(database.lost).rejects.toMatchObject({code: 'postgresql_lost'})
    expect(changes).toEqual([undefined])
    expect(lines.map((line) => line['message'])).toContain('PostgreSQL ended; starting it again')
    await database.server.stop()
    expect(await root.processes()).toEqual([])
  } finally {
    await root.dispose()
  }
})
