import {execFile} from 'node:child_process'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {promisify} from 'node:util'
import type {Random} from './random.ts'

const run = promisify(execFile)
/** Of memory, as far as it is used; an hour of load is 2 GB of database and mails, the log before a checkpoint 0.5 GB. */
const SIZE = '5g'

/** A folder on a file system of its own, which can be full; mounting takes root. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** What lies in the folder is hidden until `unmount`; throws when it cannot be mounted here. */
  static async mount(folder: string): Promise<SmallDisk> {
    await mkdir(folder, {recursive: true})
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0711`, 'tmpfs', folder])
    return new SmallDisk(folder)
  }

  /** Full for 3 to 8 s. */
  async fill(random: Random): Promise<void> {
    const ballast = join(this.folder, 'ballast')
    const megabytes = Buffer.alloc(32 * 2 ** 20)
    const fullMs = random.between(3000, 8000)
    let until = Infinity
    try {
      // What is freed meanwhile is taken, too.
      while (performance.now() < until) {
        await writeFile(ballast, megabytes, {flag: 'a'}).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error
          if (until === Infinity) until = performance.now() + fullMs
          await delay(50)
        })
      }
    } finally {
      await rm(ballast, {force: true})
    }
  }

  /** Also when something still works in it. */
  async unmount(): Promise<void> {
    await run('umount', ['-l', this.folder])
  }
}
