import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {parse} from 'yaml'
import {packagePath} from '../../../services/package-root.ts'
import {scrapeConfiguration} from './observers.ts'

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly annotations: {readonly summary: string; readonly description: string; readonly runbook: string}
}

/** The rules that Prometheus is told to load, without those that only record. */
async function loadedAlerts(): Promise<Alert[]> {
  const {rule_files: files} = JSON.parse(scrapeConfiguration('/nowhere')) as {rule_files: string[]}
  const documents = await Promise.all(files.map(async (file) => parse(await readFile(file, 'utf8'))))
  const rules = (documents as {groups: {rules: Partial<Alert>[]}[]}[]).flatMap(({groups}) =>
    groups.flatMap(({rules: some}) => some),
  )
  return rules.filter((rule): rule is Alert => rule.alert !== undefined)
}

test('each alert has an entry of its own name in docs/operations.md', async () => {
  const page = await readFile(packagePath('docs', 'operations.md'), 'utf8')
  const anchors = [...page.matchAll(/^## (.+)$/gmu)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\w -]/gu, '')
      .replaceAll(' ', '-'),
  )
  const alerts = await loadedAlerts()
  expect(alerts.length).toBeGreaterThan(8)
  for (const {alert, annotations} of alerts) {
    const [file, anchor] = annotations.runbook.split('#')
    expect([alert, file]).toEqual([alert, 'docs/operations.md'])
    expect(anchors, alert).toContain(anchor)
    expect(page, alert).toMatch(new RegExp(`\\| .*\`${alert}\`.* \\| \\[.+\\]\\(#${anchor!}\\) \\|`, 'u'))
  }
})

test('each alert names commands that exist', async () => {
  const {commands} = JSON.parse(await readFile(packagePath('oclif.manifest.json'), 'utf8')) as {commands: object}
  for (const {alert, annotations} of await loadedAlerts()) {
    const named = [...annotations.description.matchAll(/`todo5 ([a-z]+(?: [a-z]+)?)(?=[ `])/gu)].map(
      ([, words]) => words!,
    )
    expect(named.length, alert).toBeGreaterThan(0)
    for (const words of named) expect(Object.keys(commands), alert).toContain(words.replace(' ', ':'))
  }
})
