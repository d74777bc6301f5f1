import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {expect, test} from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const RUN = join(ROOT, 'test/tools/terraform/run.js')
const module = (name: string): string => join(ROOT, 'terraform', name)

async function check(folder: string): Promise<{exitCode: number | undefined; all: string}> {
  const {exitCode, all} = await execa(process.execPath, [RUN, folder], {reject: false, all: true})
  return {exitCode, all}
}

/** How many `run` blocks the module's tests have. */
async function runs(name: string, file: string): Promise<number> {
  return [...(await readFile(join(module(name), file), 'utf8')).matchAll(/^run "/gmu)].length
}

test.each([
  ['oke', 'free-tier.tftest.hcl'],
  ['aks', 'shape.tftest.hcl'],
  ['gke', 'shape.tftest.hcl'],
])('terraform/%s is formatted, valid, and what its own tests say', async (name, file) => {
  const {exitCode, all} = await check(module(name))
  expect(all).toContain('The configuration is valid.')
  expect(all).toContain(`Success! ${await runs(name, file)} passed, 0 failed.`)
  expect(exitCode).toBe(0)
})

test('an argument that there is not is an error, and so is one that is missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-module-'))
  try {
    await cp(module('oke'), folder, {recursive: true})
    const file = join(folder, 'network.tf')
    const text = await readFile(file, 'utf8')
    await writeFile(
      file,
      text.replace('vcn_id         = oci_core_vcn.this.id', 'vnc_id         = oci_core_vcn.this.id'),
    )
    const {exitCode, all} = await check(folder)
    expect(all).toContain('An argument named "vnc_id" is not expected here.')
    expect(all).toContain('The argument "vcn_id" is required')
    expect(exitCode).not.toBe(0)
  } finally {
    await rm(folder, {recursive: true})
  }
})

test.each(['oke', 'aks', 'gke'])('terraform/%s uses resources of its own, and pins what it needs', async (name) => {
  const texts = await Promise.all(
    ['versions.tf', 'variables.tf', 'outputs.tf', 'secrets.tf'].map(
      async (file) => await readFile(join(module(name), file), 'utf8'),
    ),
  )
  for (const text of texts) expect(text).not.toMatch(/^module "/mu)
  expect(texts[0]).toMatch(/version = "~> \d+\.\d+"/u)
  for (const output of ['kubeconfig', 'endpoint', 'image_repository', 'vault', 'capacity'])
    expect(texts[2]).toContain(`output "${output}"`)
  const variables = [...texts[1]!.matchAll(/^variable "(\w+)" \{([\s\S]*?)^\}/gmu)]
  expect(variables.length).toBeGreaterThan(5)
  for (const [, , body] of variables) expect(body).toContain('description')
  // A boolean has no wrong values.
  const unchecked = variables.filter(([, , body]) => !/type +=+ bool|validation \{/u.test(body!))
  expect(unchecked.map(([, variable]) => variable)).toEqual([])
})
