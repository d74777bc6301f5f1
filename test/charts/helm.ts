import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {parseAllDocuments} from 'yaml'

const CHARTS = join(import.meta.dirname, '../../charts')

// eslint-disable-next-line typescript/no-explicit-any -- objects of Kubernetes, each looked at by what it should be
export type Rendered = any

/** Which Kubernetes helm is to have in mind: by itself, the one it was built for, and built by Go alone that is 1.20. */
export const KUBERNETES = '1.35.1'

/** Runs the real helm; a machine without it fails with what to do. */
export async function helm(...args: readonly string[]): Promise<{exitCode: number; all: string}> {
  const {exitCode, all, code} = await execa('helm', [...args, '--kube-version', KUBERNETES], {reject: false, all: true})
  if (code === 'ENOENT') {
    throw new Error(
      'There is no helm on the PATH: https://helm.sh/docs/intro/install (3.x; or: go install helm.sh/helm/v3/cmd/helm@v3.20.2)',
    )
  }
  return {exitCode: exitCode ?? -1, all}
}

export const chart = (name: string): string => join(CHARTS, name)

/** What an installation into the namespace would be, with these values over those of the chart. */
export async function render(name: string, values: object = {}, namespace = 'todo5'): Promise<Rendered[]> {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-values-'))
  try {
    const file = join(folder, 'values.json')
    await writeFile(file, JSON.stringify(values))
    const {exitCode, all} = await helm('template', name, chart(name), '--namespace', namespace, '--values', file)
    if (exitCode !== 0) throw new Error(all)
    const objects = parseAllDocuments(all).map((document) => document.toJS())
    return objects
      .filter((object) => object !== null)
      .map((object) => ({...object, metadata: {namespace, ...object.metadata}}))
  } finally {
    await rm(folder, {recursive: true})
  }
}

/** Prometheus and Zipkin alone, as `up minikube --monitoring basic` has them. */
export async function renderMonitoring(): Promise<Rendered[]> {
  const rules = await readFile(chart('todo5/files/prometheus/alerts.yaml'), 'utf8')
  const [off, on] = [{enabled: false}, {enabled: true}]
  const values = {postgresql: off, kafka: off, mailbox: off, prometheus: {...on, rules}, zipkin: on}
  return await render('todo5-platform', values, 'todo5-monitoring')
}

export const ofKind = (objects: readonly Rendered[], kind: string): Rendered[] =>
  objects.filter((object) => object.kind === kind)

export const namesOf = (objects: readonly Rendered[]): string[] =>
  objects.map(({metadata}) => String(metadata.name)).toSorted()
