import {readFileSync} from 'node:fs'
import {packagePath} from '../package-root.ts'

const manifest = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {version: string}

/** The version of todo5 that is running. */
export const APPLICATION_VERSION = manifest.version
