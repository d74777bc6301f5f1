import {join} from 'node:path'
import {expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {promtool} from './promtool.ts'

test('Prometheus finds nothing wrong in the rules', async () => {
  const file = packagePath('charts', 'todo5', 'files', 'prometheus', 'alerts.yaml')
  expect(await promtool('check', 'rules', file)).toMatchObject({exitCode: 0, all: expect.stringContaining('SUCCESS')})
})

test('each alert fires when it should, and not before or after', async () => {
  const {exitCode, all} = await promtool('test', 'rules', join(import.meta.dirname, 'alerts.yaml'))
  expect(exitCode, all).toBe(0)
})
