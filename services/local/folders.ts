import {chmod, mkdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {makePassable} from '../database/server/folders.ts'

/** Makes what is missing: PostgreSQL's account passes through the folders above the data, the state is ours alone. */
export async function makeFolders(folders: {readonly stateDir: string; readonly dataDir: string}): Promise<void> {
  const {stateDir, dataDir} = folders
  await makePassable(dataDir)
  await makePassable(dirname(stateDir))
  await mkdir(join(stateDir, 'logs'), {recursive: true, mode: 0o700})
  await chmod(stateDir, 0o700)
}
