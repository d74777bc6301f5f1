import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {parse} from 'yaml'
import {createConsumer} from '../../../services/runtime/consumer.ts'
import {Metrics} from '../../../services/runtime/metrics.ts'
import {packagePath} from '../../../services/package-root.ts'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {lagMetrics} from '../../operations/consumers/lag-metrics.ts'
import {scrapeConfiguration} from './observers.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: {readonly summary: string; readonly description: string}
}

/** The rules that Prometheus is told to load. */
async function loadedRules(): Promise<Rule[]> {
  const {rule_files: files} = JSON.parse(scrapeConfiguration('/nowhere')) as {rule_files: string[]}
  const documents = await Promise.all(files.map(async (file) => parse(await readFile(file, 'utf8'))))
  return (documents as {groups: {rules: Rule[]}[]}[]).flatMap(({groups}) => groups.flatMap(({rules}) => rules))
}

async function knownMetrics(): Promise<Set<string>> {
  const metrics = new Metrics('any')
  createConsumer({
    consumer: 'any',
    topics: [],
    eventTypes: 'all',
    database: {} as never,
    logger: quietLogger().logger,
    metrics,
    handle: async () => undefined,
  })
  const text = `${await metrics.registry.metrics()}\n${await lagMetrics({topics: new Map(), consumers: []}, 1)}`
  return new Set([...text.matchAll(/^# TYPE (\S+)/gmu)].map(([, name]) => name!))
}

test('Prometheus is told to watch the dead letters and the lag, by metrics that are there', async () => {
  const rules = await loadedRules()
  expect(rules.map(({alert}) => alert)).toEqual(['Todo5DeadLettersGrow', 'Todo5ConsumerLag'])
  const known = await knownMetrics()
  for (const {alert, expr} of rules) {
    const used = expr.match(/\b[a-z]+(_[a-z]+){2,}\b/gu) ?? []
    expect(used.length, alert).toBeGreaterThan(0)
    expect(
      used.filter((name) => !known.has(name)),
      alert,
    ).toEqual([])
  }
})

test('each alert names commands that exist', async () => {
  const {commands} = JSON.parse(await readFile(packagePath('oclif.manifest.json'), 'utf8')) as {commands: object}
  for (const {alert, annotations} of await loadedRules()) {
    const named = [...annotations.description.matchAll(/`todo5 ([a-z]+(?: [a-z]+)?)/gu)].map(([, words]) => words!)
    expect(named.length, alert).toBeGreaterThan(0)
    for (const words of named) expect(Object.keys(commands), alert).toContain(words.replace(' ', ':'))
  }
})
