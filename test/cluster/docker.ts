import {randomUUID} from 'node:crypto'
import {execa} from 'execa'

/** Runs the real Docker; a machine without it fails with what to do. */
export async function docker(...args: readonly string[]): Promise<{exitCode: number; stdout: string; all: string}> {
  const {exitCode, stdout, all, code} = await execa('docker', args, {reject: false, all: true})
  if (code === 'ENOENT') throw new Error('There is no docker: https://docs.docker.com/engine/install')
  return {exitCode: exitCode ?? -1, stdout, all}
}

/** @throws Error with what it said, when it ended with anything but 0 */
export async function dockered(...args: readonly string[]): Promise<string> {
  const {exitCode, stdout, all} = await docker(...args)
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} ended with ${exitCode}: ${all}`)
  return stdout
}

export interface Container {
  readonly name: string
  readonly logs: () => Promise<string>
  /** What it ended with, and how long that took, ms. */
  readonly stop: () => Promise<{exitCode: number; ms: number}>
  readonly exec: (...words: readonly string[]) => Promise<string>
}

/** Started, with a volume of its own; both are gone after `remove`. */
export class Containers {
  readonly #names: string[] = []

  async start(flags: readonly string[], image: string, ...words: readonly string[]): Promise<Container> {
    const name = `todo5-test-${randomUUID().slice(0, 8)}`
    this.#names.push(name)
    await dockered('run', '--detach', '--name', name, ...flags, image, ...words)
    return {
      name,
      logs: async () => (await docker('logs', name)).all,
      stop: async () => {
        const began = performance.now()
        await dockered('stop', '--time', '120', name)
        const ms = performance.now() - began
        return {exitCode: Number(await dockered('inspect', '--format', '{{.State.ExitCode}}', name)), ms}
      },
      exec: async (...line) => await dockered('exec', name, ...line),
    }
  }

  async remove(): Promise<void> {
    for (const name of this.#names.splice(0)) await docker('rm', '--force', '--volumes', name)
  }
}
