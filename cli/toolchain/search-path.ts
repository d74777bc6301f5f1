import {constants} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import {delimiter, isAbsolute, join} from 'node:path'

type Machine = {readonly searchPath: string; readonly platform: NodeJS.Platform}

/** The absolute path of a program, as a shell would find it; undefined when there is none. */
export async function findOnPath(name: string, {searchPath, platform}: Machine): Promise<string | undefined> {
  const names = platform === 'win32' ? [`${name}.exe`, `${name}.cmd`, `${name}.bat`] : [name]
  for (const folder of searchPath.split(delimiter)) {
    // A relative folder of PATH would make the find depend on where todo5 was called.
    if (!isAbsolute(folder)) continue
    for (const file of names) if (await isProgram(join(folder, file))) return join(folder, file)
  }
  return undefined
}

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
