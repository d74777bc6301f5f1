import {execa} from 'execa'
import {join} from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {createComposition} from '../../cli/composition.ts'
import {findPrograms} from '../../cli/toolchain/find-programs.ts'
import type {TextSink} from '../../cli/terminal.ts'
import {packagePath} from '../../services/package-root.ts'

let promtool: string
beforeAll(async () => {
  const sink: TextSink = {write: (text) => void process.stderr.write(text), isTTY: false, columns: 80}
  const terminal = {stdout: sink, stderr: sink}
  const composition = createComposition({root: packagePath(), env: process.env, terminal, now: Date.now})
  const found = (await findPrograms(await composition.toolchain())).find(({program}) => program === 'promtool')
  if (!found?.path) throw new Error('There is no promtool: todo5 toolchain install promtool')
  promtool = found.path
})

const run = async (...args: readonly string[]): Promise<{exitCode: number | undefined; all: string}> => {
  const {exitCode, all} = await execa(promtool, args, {reject: false, all: true})
  return {exitCode, all}
}

test('Prometheus finds nothing wrong in the rules', async () => {
  const file = packagePath('charts', 'todo5', 'files', 'prometheus', 'alerts.yaml')
  expect(await run('check', 'rules', file)).toMatchObject({exitCode: 0, all: expect.stringContaining('SUCCESS')})
})

test('each alert fires when it should, and not before or after', async () => {
  const {exitCode, all} = await run('test', 'rules', join(import.meta.dirname, 'alerts.yaml'))
  expect(exitCode, all).toBe(0)
})
