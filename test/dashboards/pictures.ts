// node test/dashboards/pictures.ts PROMETHEUS_URL FOLDER [MINUTES] [END]: draws each dashboard from what its queries answer,
// as it is 1,280 pixels wide. For docs/, where no Grafana runs; the queries, titles and places are those of its JSON.
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {packagePath} from '../../services/package-root.ts'
import {launchChromium} from '../browser/chromium.ts'
import {type Area, drawBars, drawHeatmap, drawLines, drawStat, type Line} from './draw-panel.ts'

interface Panel {
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly targets?: readonly {readonly expr: string; readonly legendFormat: string}[]
  readonly fieldConfig?: {
    readonly defaults: {readonly unit: string; readonly thresholds: {readonly steps: readonly {value: number | null}[]}}
  }
  readonly gridPos: {readonly x: number; readonly y: number; readonly w: number; readonly h: number}
}

const DRAW: Readonly<Record<string, (lines: readonly Line[], area: Area) => string>> = {
  timeseries: drawLines,
  bargauge: drawBars,
  stat: drawStat,
  heatmap: drawHeatmap,
}
const WIDTH = 1280
const COLUMN = (WIDTH - 32) / 24
const ROW = 34
const HEAD = 58
/** What Grafana asks of a panel of this width. */
const POINTS = 60

const [url, folder, minutes = '30', end = new Date().toISOString()] = process.argv.slice(2)
if (url === undefined || folder === undefined) throw new Error('Name a Prometheus and a folder.')
const to = Date.parse(end) / 1000
const from = to - Number(minutes) * 60
const step = Math.ceil((to - from) / POINTS)

async function ask({expr, legendFormat}: {expr: string; legendFormat: string}): Promise<Line[]> {
  const query = expr.replaceAll('$__rate_interval', `${Math.max(60, 4 * step)}s`).replaceAll('$topic', 'task-events')
  const search = new URLSearchParams({query, start: String(from), end: String(to), step: String(step)})
  const answer = await fetch(`${url}/api/v1/query_range?${search}`)
  const {data, error} = (await answer.json()) as {
    error?: string
    data: {result: {metric: Record<string, string>; values: [number, string][]}[]}
  }
  if (error !== undefined) throw new Error(`${query}: ${error}`)
  return data.result.map(({metric, values}) => ({
    name:
      legendFormat === '__auto'
        ? ''
        : legendFormat.replaceAll(/\{\{(\w+)\}\}/gu, (_, label: string) => metric[label] ?? ''),
    points: values.map(([at, value]) => [at, Number(value)] as const),
  }))
}

async function drawn(panel: Panel): Promise<string> {
  const {gridPos, title, description = '', targets = [], fieldConfig} = panel
  const place = `left:${16 + gridPos.x * COLUMN}px;top:${52 + gridPos.y * ROW}px;width:${gridPos.w * COLUMN - 8}px;height:${gridPos.h * ROW - 8}px`
  if (panel.type === 'row') return `<h2 style="${place}">${title.replace('$topic', 'task-events')}</h2>`
  const lines = (await Promise.all(targets.map(ask))).flat()
  const {unit, thresholds} = fieldConfig!.defaults
  const head = gridPos.w < 8 || panel.type === 'stat' ? 28 : HEAD
  const area = {
    width: gridPos.w * COLUMN - 10,
    height: gridPos.h * ROW - 10 - head,
    from,
    to,
    unit,
    limit: thresholds.steps[1]?.value ?? undefined,
  }
  const sorted = lines.toSorted((a, b) => a.name.localeCompare(b.name, 'en', {numeric: true}))
  const picture =
    lines.length === 0 ? '<p class="none">No data: nothing of it happened.</p>' : DRAW[panel.type]!(sorted, area)
  const note = head === HEAD ? `<p>${description}</p>` : ''
  const svg = lines.length === 0 ? picture : `<svg width="${area.width}" height="${area.height}">${picture}</svg>`
  return `<section style="${place}"><h3>${title}</h3>${note}${svg}</section>`
}

const STYLE = `*{box-sizing:border-box;margin:0}body{background:#f4f5f7;width:${WIDTH}px;position:relative;font:12px/1.35 sans-serif;color:#24292e}
h1{font-size:18px;padding:14px 16px;font-weight:600}h2,section{position:absolute}h2{font-size:14px;padding-top:8px;font-weight:600}
section{background:#fff;border:1px solid #dfe1e5;border-radius:3px;overflow:hidden}h3{font-size:13px;padding:7px 10px 2px;font-weight:600}
section p{padding:0 10px;font-size:10.5px;line-height:13px;height:27px;overflow:hidden;color:#5b6370}
section .none{font-size:12px;padding-top:40px;text-align:center;height:auto}text{font:11px sans-serif;fill:#4a515c}`

/** Half of the bytes: what everybody clones shall stay small. */
const asWebp = async (page: Page, png: string): Promise<string> =>
  await page.evaluate<string>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d').drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.6).split(',')[1]
  })()`)

const browser = await launchChromium()
await mkdir(folder, {recursive: true})
const sources = packagePath('charts', 'todo5', 'files', 'dashboards')
for (const file of await readdir(sources)) {
  const {title, panels} = JSON.parse(await readFile(join(sources, file), 'utf8')) as {title: string; panels: Panel[]}
  const height = 64 + Math.max(...panels.map(({gridPos}) => gridPos.y + gridPos.h)) * ROW
  const page = await browser.newPage({viewport: {width: WIDTH, height}})
  const parts = []
  for (const panel of panels) parts.push(await drawn(panel))
  await page.setContent(`<style>${STYLE}</style><h1>${title}</h1>${parts.join('')}`)
  const shot = (await page.screenshot()).toString('base64')
  await writeFile(join(folder, file.replace('.json', '.webp')), Buffer.from(await asWebp(page, shot), 'base64'))
  await page.close()
}
await browser.close()
