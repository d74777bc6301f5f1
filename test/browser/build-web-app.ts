import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {packagePath} from '../../services/package-root.ts'

/** What is tested is what the sources say now; a build takes two seconds. */
export default async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [packagePath('bin', 'build.js'), 'web'])
}
