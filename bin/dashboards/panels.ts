/** A query of Prometheus, and how its series are called in the legend. */
export interface Query {
  readonly expr: string
  readonly legend?: string
}

export interface PanelSpec {
  readonly title: string
  /** What it shows, what is good, what to do otherwise. */
  readonly description: string
  /** Grafana's id of a unit: s, ms, short, cps (counts per second), percentunit, bytes, … */
  readonly unit: string
  readonly queries: readonly Query[]
  /** Lines over time unless said otherwise; bars show the present. */
  readonly kind?: 'lines' | 'stat' | 'bars' | 'heatmap'
  /** Of 24; a third unless said otherwise: 400 pixels of a window of 1,280. */
  readonly width?: 4 | 6 | 8 | 12 | 24
  /** From here on it is red. */
  readonly limit?: number
}

export interface DashboardSpec {
  /** File name and uid. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** Chosen above the panels: by label values of a metric. */
  readonly variables?: readonly {
    readonly name: string
    readonly label: string
    readonly metric: string
    readonly by: string
    readonly value: string
  }[]
  readonly rows: readonly {readonly title: string; readonly panels: readonly PanelSpec[]}[]
}

const DATASOURCE = {type: 'prometheus', uid: '${datasource}'}
const TYPES = {lines: 'timeseries', stat: 'stat', bars: 'bargauge', heatmap: 'heatmap'} as const
/** A line goes on over what lacks for this long. */
const GAP_MS = 300_000
const HEIGHT = {lines: 8, stat: 4, bars: 8, heatmap: 8} as const

/** A dashboard as Grafana 10 and newer read it. */
export function dashboard({name, title, description, variables = [], rows}: DashboardSpec): object {
  let id = 0
  let top = 0
  const panels: object[] = []
  for (const row of rows) {
    panels.push({
      id: ++id,
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: {h: 1, w: 24, x: 0, y: top++},
    })
    let left = 0
    let height = 0
    for (const spec of row.panels) {
      const [w, h] = [spec.width ?? 8, HEIGHT[spec.kind ?? 'lines']]
      if (left + w > 24) {
        top += height
        left = height = 0
      }
      panels.push({id: ++id, ...panel(spec), gridPos: {h, w, x: left, y: top}})
      left += w
      height = Math.max(height, h)
    }
    top += height
  }
  return {
    uid: `todo5-${name}`,
    title,
    description,
    tags: ['todo5'],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: {from: 'now-1h', to: 'now'},
    timezone: 'browser',
    links: [{type: 'dashboards', title: 'todo5', tags: ['todo5'], includeVars: true, keepTime: true}],
    templating: {
      list: [
        {name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0},
        ...variables.map(variable),
      ],
    },
    panels,
  }
}

const variable = ({name, label, metric, by, value}: NonNullable<DashboardSpec['variables']>[number]): object => ({
  name,
  label,
  type: 'query',
  datasource: DATASOURCE,
  query: {query: `label_values(${metric}, ${by})`, refId: name},
  refresh: 2,
  sort: 1,
  current: {text: value, value},
})

function panel({title, description, unit, queries, kind = 'lines', limit}: PanelSpec): object {
  const now = kind === 'stat' || kind === 'bars'
  return {
    type: TYPES[kind],
    title,
    description,
    datasource: DATASOURCE,
    targets: queries.map(({expr, legend}, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend ?? '__auto',
      ...(now ? {instant: true, range: false} : {range: true}),
      ...(kind === 'heatmap' && {format: 'heatmap'}),
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(kind === 'lines' && {custom: {fillOpacity: 8, lineWidth: 2, showPoints: 'never', spanNulls: GAP_MS}}),
        thresholds: {
          mode: 'absolute',
          steps: [{color: 'green', value: null}, ...(limit === undefined ? [] : [{color: 'red', value: limit}])],
        },
        ...(limit !== undefined &&
          kind === 'lines' && {
            custom: {
              fillOpacity: 8,
              lineWidth: 2,
              showPoints: 'never',
              spanNulls: GAP_MS,
              thresholdsStyle: {mode: 'line'},
            },
          }),
      },
      overrides: [],
    },
    options: OPTIONS[kind],
  }
}

const OPTIONS = {
  lines: {legend: {displayMode: 'list', placement: 'bottom'}, tooltip: {mode: 'multi', sort: 'desc'}},
  stat: {reduceOptions: {calcs: ['lastNotNull']}, colorMode: 'value', graphMode: 'none', textMode: 'auto'},
  bars: {reduceOptions: {calcs: ['lastNotNull']}, orientation: 'horizontal', displayMode: 'basic'},
  heatmap: {calculate: false, color: {mode: 'scheme', scheme: 'Oranges'}, yAxis: {unit: 's'}, legend: {show: true}},
} as const
