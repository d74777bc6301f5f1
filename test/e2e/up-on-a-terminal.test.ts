import {dirname} from 'node:path'
import {describe, expect, test} from 'vitest'
import {PtyProgram} from '../../cli/testing/pty.ts'
import {textWidth} from '../../cli/text-width.ts'
import {freePort} from '../../services/database/server/port.ts'
import {LocalTarget} from '../support/local-target.ts'

/** What differs from run to run, in as many columns. */
const masked = (screen: string, port: number): string =>
  screen
    .replaceAll(String(port), '8636'.padEnd(String(port).length))
    .replaceAll(/\d+\.\d s/gu, 'N.N s')
    // Broken by the terminal where it is too long.
    .replaceAll(/link=[\w-]+(?:\n[\w-]+)?/gu, 'link=…')

describe.each([80, 50])('todo5 up on a terminal of %i columns', (columns) => {
  test('it shows each step while it runs, then what there is and what to do next', {timeout: 300_000}, async () => {
    const target = await LocalTarget.create()
    try {
      const port = await freePort()
      const env = {TODO5_HOME: dirname(target.stateDir), HOME: dirname(dirname(target.stateDir))}
      const up = new PtyProgram(['up', '--port', String(port)], {columns, rows: 30, env})
      // Drawn by its spinner, before anything is ready.
      await up.shows(/^[^✔◼] PostgreSQL \(embedded\)\n◼ 5 services\n◼ mailbox$/u)
      await up.shows(/^✔ PostgreSQL \(embedded\)\n[^✔◼] 5 services\n◼ mailbox$/u)
      expect(await up.ended).toBe(0)
      expect(up.isClean).toBe(true)
      // The steps are gone: the result says them again.
      expect(up.everything.match(/5 services/gu)).toHaveLength(1)
      expect(masked(up.everything, port)).toMatchSnapshot()
      expect(up.everything.split('\n').filter((line) => textWidth(line) > columns)).toEqual([])

      const down = new PtyProgram(['down'], {columns, env})
      expect(await down.ended).toBe(0)
      expect(down.isClean).toBe(true)
      // Where its lines break depends on the folder's name.
      const said = down.everything.replaceAll(/\s+/gu, '')
      expect(said).toContain(`${target.dataDir};startagain:todo5up`)
      expect(said).toMatch(/^✔stopped/u)
    } finally {
      await target.dispose()
    }
  })
})
