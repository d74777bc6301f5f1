import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Browser} from 'playwright-core'
import {packagePath} from '../../services/package-root.ts'

export const ICON_FOLDER = packagePath('services', 'chat-api', 'web', 'public', 'icons')

export interface Icon {
  readonly file: string
  readonly pixels: number
  /** Without corners: the system cuts it to its own shape. */
  readonly isFull?: boolean
}

/** The pictures that are made of icon.svg. */
export const ICONS: readonly Icon[] = [
  {file: 'icon-32.png', pixels: 32},
  {file: 'icon-192.png', pixels: 192},
  {file: 'icon-512.png', pixels: 512},
  {file: 'maskable-512.png', pixels: 512, isFull: true},
  {file: 'apple-touch-icon.png', pixels: 180, isFull: true},
]

/** The drawing as a PNG. */
export async function drawIcon(browser: Browser, {pixels, isFull}: Icon): Promise<Buffer> {
  const drawing = await readFile(join(ICON_FOLDER, 'icon.svg'), 'utf8')
  const svg = isFull ? drawing.replace(/ rx="\d+"/u, '') : drawing
  if (isFull && svg === drawing) throw new Error('icon.svg has no corner (rx) that could be taken away.')
  const page = await browser.newPage({viewport: {width: pixels, height: pixels}, deviceScaleFactor: 1})
  try {
    await page.setContent(
      `<style>body{margin:0;background:none}svg{display:block;width:100vw;height:100vh}</style>${svg}`,
    )
    return await page.screenshot({omitBackground: true})
  } finally {
    await page.close()
  }
}
