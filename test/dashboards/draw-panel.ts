/** Draws what Grafana would, as SVG: close enough to see whether a panel says something. */

export interface Line {
  readonly name: string
  readonly points: readonly (readonly [seconds: number, value: number])[]
}

export interface Area {
  readonly width: number
  readonly height: number
  /** Seconds since 1970. */
  readonly from: number
  readonly to: number
  /** Grafana's id of a unit. */
  readonly unit: string
  /** Drawn as a red line. */
  readonly limit?: number | undefined
}

const COLORS = ['#3b78b5', '#c8752a', '#4f8f3f', '#a33b6d', '#7a5fb0', '#8a6d3b', '#2b8c8c', '#b5442f', '#6b7280']
const LEFT = 56
const BOTTOM = 20
const LEGEND = 18
/** How many names fit below a panel. */
const NAMES = 8
/** s; as in the dashboards. */
const GAP = 300

const colorOf = (index: number): string => COLORS[index % COLORS.length]!
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export function drawLines(lines: readonly Line[], area: Area): string {
  const {width, height, from, to, unit, limit} = area
  const names = legend(lines, width)
  const bottom = height - BOTTOM - names.rows * LEGEND
  const values = lines.flatMap(({points}) => points.map(([, value]) => value)).filter(Number.isFinite)
  const peak = Math.max(0, ...values)
  const by = unit === 'bytes' ? 2 ** 20 : 1
  const top = by * niceTop((limit !== undefined && peak > limit / 4 ? Math.max(limit, peak) : peak) / by)
  const x = (seconds: number): number => LEFT + ((seconds - from) / (to - from)) * (width - LEFT - 8)
  const y = (value: number): number => bottom - (value / top) * (bottom - 8)
  const paths = lines.map(({points}, index) => {
    const seen = points.filter(([, value]) => Number.isFinite(value))
    const steps = seen.map(([at, value], n) => {
      const goesOn = n > 0 && at - seen[n - 1]![0] < GAP
      return `${goesOn ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`
    })
    return `<path d="${steps.join('')}" fill="none" stroke="${colorOf(index)}" stroke-width="1.8"/>`
  })
  const red =
    limit !== undefined && limit <= top
      ? `<path d="M${LEFT} ${y(limit)}H${width - 8}" stroke="#c4162a" stroke-dasharray="6 4"/>`
      : ''
  return `${axes(area, top, bottom, y)}${paths.join('')}${red}${names.at(bottom + BOTTOM)}`
}

function axes({width, from, to, unit}: Area, top: number, bottom: number, y: (value: number) => number): string {
  const across = [0, 0.5, 1].map((part) => {
    const at = y(part * top)
    return `<path d="M${LEFT} ${at}H${width - 8}" stroke="#e3e5e8"/><text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${format(part * top, unit)}</text>`
  })
  const times = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const time = new Date((from + part * (to - from)) * 1000).toISOString().slice(11, 16)
    const anchor = part === 1 ? 'end' : 'middle'
    return `<text x="${LEFT + part * (width - LEFT - 8)}" y="${bottom + 14}" text-anchor="${anchor}">${time}</text>`
  })
  return across.join('') + times.join('')
}

/** One behind the other, as many to a row as fit. */
function legend(lines: readonly Line[], width: number): {readonly rows: number; at(top: number): string} {
  const shown = lines.slice(0, lines.length > NAMES ? NAMES - 1 : NAMES)
  const more = lines.length - shown.length
  const names = [...shown.map(({name}) => name), ...(more > 0 ? [`and ${more} more`] : [])]
  let [left, row] = [12, 0]
  const places = names.map((name) => {
    const length = name.length * 6.1 + 34
    if (left > 12 && left + length > width) [left, row] = [12, row + 1]
    const place = {name, left, row}
    left += length
    return place
  })
  const entry = (index: number, y: number): string => {
    const place = places[index]!
    const mark =
      index < shown.length
        ? `<rect x="${place.left}" y="${y - 8}" width="12" height="4" fill="${colorOf(index)}"/>`
        : ''
    return `${mark}<text x="${place.left + 17}" y="${y}">${escaped(place.name)}</text>`
  }
  const named = names.some((name) => name !== '')
  return {
    rows: named ? row + 1 : 0,
    at: (top) => (named ? places.map((place, index) => entry(index, top + 14 + place.row * LEGEND)).join('') : ''),
  }
}

/** The present, one bar a series. */
export function drawBars(lines: readonly Line[], {width, height, unit}: Area): string {
  const peak = Math.max(1e-9, ...lines.map(lastOf))
  const names = Math.min(180, Math.max(24, ...lines.map(({name}) => name.length * 6.6 + 18)))
  const step = Math.min(34, (height - 12) / Math.max(1, lines.length))
  return lines
    .map((line, index) => {
      const value = lastOf(line)
      const at = 6 + index * step
      const length = (value / peak) * (width - names - 70)
      return `<text x="${names - 8}" y="${at + step / 2 + 4}" text-anchor="end">${escaped(line.name)}</text><rect x="${names}" y="${at + 2}" width="${Math.max(1, length)}" height="${step - 5}" rx="2" fill="${colorOf(0)}"/><text x="${names + length + 6}" y="${at + step / 2 + 4}">${format(value, unit)}</text>`
    })
    .join('')
}

export function drawStat(lines: readonly Line[], {width, height, unit, limit}: Area): string {
  const value = Math.max(...lines.map(lastOf))
  const color = limit !== undefined && value >= limit ? '#c4162a' : '#2f7d32'
  return `<text x="${width / 2}" y="${height / 2 + 12}" text-anchor="middle" style="font-size:34px;fill:${color}">${format(value, unit)}</text>`
}

/** Buckets of Prometheus count all below them; a row is what is between two. */
export function drawHeatmap(lines: readonly Line[], {width, height, from, to}: Area): string {
  const rows = lines.toSorted((a, b) => boundOf(a) - boundOf(b))
  const step = (height - BOTTOM - 10) / rows.length
  const at = (index: number): ReadonlyMap<number, number> => new Map(rows[index]?.points ?? [])
  const cells = rows.flatMap(({points}, index) => {
    const below = at(index - 1)
    return points.map(([seconds, value]) => ({seconds, index, count: value - (below.get(seconds) ?? 0)}))
  })
  const peak = Math.max(1e-9, ...cells.map(({count}) => count))
  const each = rows[0] ? (width - LEFT - 8) / rows[0].points.length : 0
  const y = (index: number): number => height - BOTTOM - (index + 1) * step
  const drawn = cells
    .filter(({count}) => count > 0.01)
    .map(({seconds, index, count}) => {
      const x = LEFT + ((seconds - from) / (to - from)) * (width - LEFT - 8 - each)
      const shade = (0.15 + 0.85 * (count / peak)).toFixed(2)
      return `<rect x="${x.toFixed(1)}" y="${y(index).toFixed(1)}" width="${each.toFixed(1)}" height="${(step - 1).toFixed(1)}" fill="#d9600f" fill-opacity="${shade}"/>`
    })
  const names = rows.map(({name}, index) => {
    const text = name === '+Inf' ? 'more' : format(Number(name), 's')
    return `<text x="${LEFT - 6}" y="${y(index) + step / 2 + 4}" text-anchor="end">${text}</text>`
  })
  const times = [0, 0.5, 1].map((part) => {
    const time = new Date((from + part * (to - from)) * 1000).toISOString().slice(11, 16)
    return `<text x="${LEFT + part * (width - LEFT - 8)}" y="${height - 4}" text-anchor="${part === 1 ? 'end' : 'middle'}">${time}</text>`
  })
  return drawn.join('') + names.join('') + times.join('')
}

const boundOf = ({name}: Line): number => (name === '+Inf' ? Number.POSITIVE_INFINITY : Number(name))
const lastOf = ({points}: Line): number => points.at(-1)?.[1] ?? 0

/** 1, 2 or 5 and zeros. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const size = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((step) => step * size).find((step) => step >= value)!
}

const STEPS: Readonly<Record<string, readonly (readonly [from: number, by: number, name: string])[]>> = {
  s: [
    [86_400, 86_400, ' d'],
    [3600, 3600, ' h'],
    [60, 60, ' min'],
    [1, 1, ' s'],
    [0, 0.001, ' ms'],
  ],
  ms: [
    [1000, 1000, ' s'],
    [0, 1, ' ms'],
  ],
  bytes: [
    [2 ** 30, 2 ** 30, ' GiB'],
    [0, 2 ** 20, ' MiB'],
  ],
  percentunit: [[0, 0.01, ' %']],
  cps: [[0, 1, '/s']],
  reqps: [[0, 1, '/s']],
  short: [
    [1e6, 1e6, ' M'],
    [1e4, 1000, ' k'],
    [0, 1, ''],
  ],
}

function format(value: number, unit: string): string {
  const [, by, name] = (STEPS[unit] ?? STEPS['short']!).find(([from]) => value >= from) ?? [0, 1, '']
  return `${Number((value / by).toPrecision(3))}${value === 0 && unit === 's' ? ' s' : name}`
}
