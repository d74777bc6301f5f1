import {lstat, mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {expect, test} from 'vitest'
import {LocalTarget, portOf} from '../support/local-target.ts'

test(
  'uninstall: shows all that runs and lies here, asks, stops it, and leaves nothing',
  {timeout: 300_000},
  async () => {
    const target = await LocalTarget.create()
    try {
      const {api_url} = await target.up()
      const {postgres} = await target.state()
      const config = join(dirname(target.dataDir), 'config')
      await mkdir(config)
      await writeFile(join(config, 'config.json'), '{}')
      const shown = await target.json<{parts: {part: string; bytes: number}[]}>('uninstall')
      expect(shown.parts.map(({part}) => part)).toEqual(['data', 'data', 'config'])
      expect(shown.parts[0]!.bytes).toBeGreaterThan(1e6)
      const asked = await target.todo5('uninstall', '--all')
      expect(asked).toMatchObject({code: 2, stderr: expect.stringContaining('--confirm todo5') as string})
      expect(await target.json('status')).toMatchObject({state: 'running'})
      const {steps} = await target.json<{steps: string[]}>('uninstall', '--all', '--dry-run')
      expect(steps[0]).toBe('stop local')
      expect(await target.json('uninstall', '--all', '--confirm', 'todo5')).toMatchObject({stopped: ['local']})
      await expect(lstat(dirname(target.dataDir))).rejects.toMatchObject({code: 'ENOENT'})
      expect(await target.remains([portOf(api_url), postgres!.port])).toEqual([])
    } finally {
      await target.dispose()
    }
  },
)
