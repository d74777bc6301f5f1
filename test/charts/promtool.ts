import {execa} from 'execa'
import {createComposition} from '../../cli/composition.ts'
import {findPrograms} from '../../cli/toolchain/find-programs.ts'
import type {TextSink} from '../../cli/terminal.ts'
import {packagePath} from '../../services/package-root.ts'

let program: Promise<string> | undefined

/** Runs the one of the toolchain; a machine without it fails with what to do. */
export async function promtool(...args: readonly string[]): Promise<{exitCode: number | undefined; all: string}> {
  program ??= find()
  const {exitCode, all} = await execa(await program, args, {reject: false, all: true})
  return {exitCode, all}
}

async function find(): Promise<string> {
  const sink: TextSink = {write: (text) => void process.stderr.write(text), isTTY: false, columns: 80}
  const terminal = {stdout: sink, stderr: sink}
  const composition = createComposition({root: packagePath(), env: process.env, terminal, now: Date.now})
  const found = (await findPrograms(await composition.toolchain())).find(({program: name}) => name === 'promtool')
  if (!found?.path) throw new Error('There is no promtool: todo5 toolchain install promtool')
  return found.path
}
