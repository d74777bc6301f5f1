import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {launchChromium} from './chromium.ts'
import {ICONS, ICON_FOLDER, drawIcon} from './draw-icons.ts'

/** `node test/browser/write-icons.ts`: draws the icons of the web app anew, after a change of icon.svg. */
const browser = await launchChromium()
try {
  for (const icon of ICONS) await writeFile(join(ICON_FOLDER, icon.file), await drawIcon(browser, icon))
} finally {
  await browser.close()
}
