import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'

const PUBLIC = join(import.meta.dirname, 'public')
const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8')
const document = read('index.html')

interface Manifest {
  readonly icons: readonly {src: string; sizes: string; type: string; purpose?: string}[]
  readonly [key: string]: unknown
}
const manifest = JSON.parse(read('public', 'manifest.webmanifest')) as Manifest

/** Of a PNG: the first chunk says it (https://www.w3.org/TR/png-3/#11IHDR). */
function sizeOf(path: string): string {
  const bytes = readFileSync(join(PUBLIC, path))
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`
}

test('the manifest opens the app at its list, in a window of its own, in the colours of the page', () => {
  const paper = /--bg: (#\w{6})/u.exec(read('src', 'tokens.css'))![1]
  expect(manifest).toMatchObject({
    id: '/',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    theme_color: paper,
    background_color: paper,
  })
  expect(document).toContain(`<meta name="theme-color" content="${paper}" media="(prefers-color-scheme: light)" />`)
})

test('each icon is there, as large as it is said to be; one of them may be cut to any shape', () => {
  const pictures = manifest.icons.filter(({type}) => type === 'image/png')
  for (const {src, sizes} of pictures) expect(sizeOf(src), src).toBe(sizes)
  expect(pictures.map(({sizes, purpose}) => [sizes, purpose])).toEqual([
    ['192x192', undefined],
    ['512x512', undefined],
    ['512x512', 'maskable'],
  ])
  expect(manifest.icons.at(-1)).toMatchObject({src: '/icons/icon.svg', sizes: 'any'})
})

test('the document names the manifest, an icon for tabs, and one for the Home Screen', () => {
  const links = [...document.matchAll(/<link rel="([^"]+)" href="([^"]+)"/gu)].map(([, rel, href]) => [rel, href])
  expect(links).toEqual([
    ['manifest', '/manifest.webmanifest'],
    ['icon', '/icons/icon-32.png'],
    ['icon', '/icons/icon.svg'],
    ['apple-touch-icon', '/icons/apple-touch-icon.png'],
  ])
  expect(sizeOf('/icons/icon-32.png')).toBe('32x32')
  expect(sizeOf('/icons/apple-touch-icon.png')).toBe('180x180')
})
