import {copyFile, mkdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {packagePath} from '../../services/package-root.ts'

/** `node test/browser/docs-pictures.ts FOLDER`: takes the pictures of docs/web.md and docs/chat.md from those of the screenshot test. */
const PICTURES = [
  'today-phone-light',
  'upcoming-phone-dark',
  'understood-phone-light',
  'task-changed-phone-light',
  'repeat-monthly-phone-dark',
  'today-desktop-light',
  'chat-list-phone-light',
  'chat-asks-phone-light',
]
/** What everybody clones shall stay small. */
const MOST_BYTES = 60_000

const from = process.argv[2]
if (from === undefined)
  throw new Error('Name the folder of the pictures: node test/browser/docs-pictures.ts /tmp/shots')
const to = packagePath('docs', 'web')
await mkdir(to, {recursive: true})
for (const name of PICTURES) {
  const file = join(from, `${name}.png`)
  const {size} = await stat(file)
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}. Choose another one.`)
  await copyFile(file, join(to, `${name}.png`))
}
