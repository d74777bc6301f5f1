/** The package of PostgreSQL has no symbolic links, but a list of them: link-libraries.ts FOLDER makes them. */
import {lstatSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {z} from 'zod'

const folder = process.argv[2]!
const links = z.array(z.object({source: z.string(), target: z.string()}))
const inFolder = (listed: string): string => join(folder, relative('native', listed))

for (const {source, target} of links.parse(JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')))) {
  const link = inFolder(target)
  if (lstatSync(link, {throwIfNoEntry: false}) !== undefined) continue
  mkdirSync(dirname(link), {recursive: true})
  symlinkSync(relative(dirname(link), inFolder(source)), link)
}
