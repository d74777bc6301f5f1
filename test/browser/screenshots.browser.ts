import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {addSomeTasks} from './some-tasks.ts'
import {type Person, type WebApp, axeFindings, startWebApp} from './web-app.ts'

const FOLDER = process.env['SHOTS'] ?? packagePath('coverage', 'screenshots')
const SIZES = [
  {name: 'phone', viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true},
  {name: 'desktop', viewport: {width: 1280, height: 800}},
] as const

let app: WebApp
let ada: Person
let newcomer: Person
beforeAll(async () => {
  app = await startWebApp()
  ada = await app.person()
  newcomer = await app.person()
  await addSomeTasks(ada)
  await mkdir(FOLDER, {recursive: true})
})
afterAll(async () => app.stop())

describe.each(SIZES)('on a $name', ({name, ...size}) => {
  test.each(['light', 'dark'] as const)('in %s, every page: a picture, and nothing that axe finds', async (theme) => {
    const shoot = async (person: Person, path: string, file: string, ready: string): Promise<void> => {
      const page = await person.openIn({...size, colorScheme: theme, reducedMotion: 'reduce'}, path)
      await page.getByText(ready).first().waitFor()
      await page.evaluate(async () => (globalThis as any).document.fonts.ready) // oxlint-disable-line typescript/no-explicit-any -- it runs in the page
      await page.screenshot({path: join(FOLDER, `${file}-${name}-${theme}.png`)})
      expect(await axeFindings(page), `${file} ${name} ${theme}`).toEqual([])
      await page.context().close()
    }
    await shoot(newcomer, '/', 'today-empty', 'Nothing due today.')
    await shoot(ada, '/', 'today', 'Water the plants')
    await shoot(ada, '/upcoming', 'upcoming', 'Bin day')
    await shoot(ada, '/all', 'all', 'Pay rent')
    await shoot(ada, '/all?search=xyzzy', 'nothing-found', 'No task matches')
    expect(app.faults).toEqual([])
  })
})
