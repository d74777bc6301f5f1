import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {program} from './program.ts'

/** From the first remark on, whatever a file says about itself. */
const STRICT = ['--failure-threshold=style', '--disable-ignore-pragma', '--no-color', '-']

test('hadolint finds nothing in the Dockerfile', async () => {
  const text = await readFile(packagePath('Dockerfile'), 'utf8')
  expect(await program('hadolint', STRICT, text)).toMatchObject({exitCode: 0, stdout: ''})
})

test('what is wrong would be found', async () => {
  const {exitCode, stdout} = await program(
    'hadolint',
    STRICT,
    'FROM debian:latest\nRUN cd /tmp && apt-get install curl\n',
  )
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/DL3007[\s\S]*DL3008/u)
})
