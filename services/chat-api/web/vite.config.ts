import {copyFile, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {rolldown} from 'rolldown'
import {defineConfig} from 'vite'

const root = import.meta.dirname
const packages = join(root, '../../../node_modules')

/** The bundle names what it is made of; the font's licence wants its text beside the font. */
const fontLicence = {
  name: 'font-licence',
  async writeBundle({dir}: {dir?: string}) {
    const folder = join(dir!, 'licences')
    await mkdir(folder, {recursive: true})
    const from = join(packages, '@fontsource-variable/atkinson-hyperlegible-next/LICENSE')
    await copyFile(from, join(folder, 'atkinson-hyperlegible-next.txt'))
  },
}

/** At the root, under a name that stays, and in one file: what is registered is looked up there each time. */
const serviceWorker = {
  name: 'service-worker',
  async writeBundle({dir}: {dir?: string}) {
    const bundle = await rolldown({input: join(root, 'src/service-worker/main.ts'), platform: 'browser'})
    await bundle.write({file: join(dir!, 'sw.js'), format: 'iife', minify: true})
    await bundle.close()
  },
}

export default defineConfig({
  root,
  plugins: [fontLicence, serviceWorker],
  build: {
    outDir: join(root, '../../../dist/web'),
    emptyOutDir: true,
    // Nothing inline: the content security policy refuses it.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    license: {fileName: 'licences/packages.md'},
    reportCompressedSize: false,
    target: 'es2023',
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" says something to a server that renders pages; there is none.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
      },
    },
  },
})
