import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'src', 'tokens.css'), 'utf8')

type Tokens = Readonly<Record<string, string>>

const coloursIn = (text: string): Tokens =>
  Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/gu)].map(([, name, value]) => [name!, value!]))

const [lightText, darkText] = css.split('@media (prefers-color-scheme: dark)')
const light = coloursIn(lightText!)
const dark = {...light, ...coloursIn(darkText!)}

/** Relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (lighter! + 0.05) / (darker! + 0.05)
}

const GROUNDS = ['bg', 'surface', 'sunken']
const TEXTS = ['text', 'muted', 'accent', 'danger', 'warn', 'info']

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_, tokens) => {
  test.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    '%s can be read on %s',
    (text, ground) => {
      expect(contrast(tokens[text]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5)
    },
  )

  test.each(['accent', 'danger', 'warn', 'info'])('%s can be read on its soft ground', (name) => {
    expect(contrast(tokens[name]!, tokens[`${name}-soft`]!)).toBeGreaterThanOrEqual(4.5)
  })

  test('what stands on the accent can be read, and the frames of controls can be seen', () => {
    expect(contrast(tokens['on-accent']!, tokens['accent']!)).toBeGreaterThanOrEqual(4.5)
    for (const ground of ['bg', 'surface'])
      expect(contrast(tokens['control']!, tokens[ground]!)).toBeGreaterThanOrEqual(3)
  })
})

test('a rem is that of the browser: no size at html; fields have 16 px or more, or phones zoom in on them', () => {
  const base = readFileSync(join(import.meta.dirname, 'src', 'base.css'), 'utf8')
  const html = /^html \{([^}]*)\}/mu.exec(base)![1]!
  expect(html).not.toMatch(/font(?:-size)?:/u)
  expect(/^body \{([^}]*)\}/mu.exec(base)![1]).toContain('font: var(--type-m);')
  const tokens = readFileSync(join(import.meta.dirname, 'src', 'tokens.css'), 'utf8')
  expect(Number(/--type-l: ([\d.]+)rem/u.exec(tokens)![1]) * 16).toBeGreaterThanOrEqual(16)
})
