import {chmod, lstat, mkdir, readdir} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'

/**
 * Makes `path` and what is missing above it so that other accounts may pass through, not list (0711): as root the
 * server runs under another one. Said twice, because mkdir's mode is cut by the umask (077 on hardened machines).
 */
export async function makePassable(path: string): Promise<void> {
  const first = await mkdir(path, {recursive: true, mode: 0o711})
  if (first === undefined || process.platform === 'win32') return
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    await chmod(folder, 0o711)
    if (folder === resolve(first)) return
  }
}

/** Lets everybody read what is in `path`, and run what its owner may run, whatever the umask was. */
export async function makeReadable(path: string): Promise<void> {
  const {mode} = await lstat(path)
  if ((mode & 0o170_000) === 0o120_000) return // a symbolic link has no mode of its own
  const isFolder = (mode & 0o170_000) === 0o040_000
  await chmod(path, isFolder || (mode & 0o100) !== 0 ? 0o755 : 0o644)
  if (isFolder) for (const name of await readdir(path)) await makeReadable(join(path, name))
}
