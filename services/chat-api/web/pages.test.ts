import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {PAGES} from '../routes/web-app.ts'

test('chat-api serves the app at the path of each of its pages, and at no other', () => {
  const folder = join(import.meta.dirname, 'src')
  const files = globSync('**/routes.ts', {cwd: folder})
  expect(files.length).toBeGreaterThan(3)
  const paths = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/path: '([^']+)'/gu)].map(([, path]) => path!),
  )
  expect(paths.toSorted()).toEqual(PAGES.toSorted())
})
