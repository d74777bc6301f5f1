import {access, constants} from 'node:fs/promises'
import {delimiter, join} from 'node:path'
import {type Browser, chromium} from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The browser of this machine: CHROMIUM_PATH, or the first that is found. */
async function chromiumPath(): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const places = [
    ...(process.env['CHROMIUM_PATH'] === undefined ? [] : [process.env['CHROMIUM_PATH']]),
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...ELSEWHERE,
  ]
  for (const path of places) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  throw new Error('No Chromium was found. Install it (Debian: apt-get install chromium), or name one in CHROMIUM_PATH.')
}

export const launchChromium = async (): Promise<Browser> =>
  chromium.launch({executablePath: await chromiumPath(), args: ['--no-sandbox', '--disable-dev-shm-usage']})
