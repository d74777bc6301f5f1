import {execa} from 'execa'
import {expect, test} from 'vitest'
import {CLOUD_FLAGS, WAY_BACK} from '../../cli/tools/fake/cloud-world.ts'
import {UP_FLAGS} from '../../cli/tools/fake/minikube-world.ts'
import {HELM_FLAGS, KUBECTL_FLAGS, MINIKUBE_FLAGS} from '../../cli/tools/fake/programs.ts'
import {helmVersionArgs, wayBackFlag} from '../../cli/tools/helm.ts'

/** Flags that all commands of a program have stand elsewhere. */
const GLOBAL: Readonly<Record<string, readonly string[]>> = {
  kubectl: ['options'],
  minikube: ['options'],
  helm: ['--help'],
}

async function said(program: string, ...args: readonly string[]): Promise<string> {
  const {all, code} = await execa(program, args, {reject: false, all: true})
  if (code === 'ENOENT') throw new Error(`There is no ${program}: todo5 doctor minikube says where it comes from`)
  return all
}

test.each([
  ['kubectl', KUBECTL_FLAGS],
  ['minikube', MINIKUBE_FLAGS],
  ['helm', HELM_FLAGS],
  ['kubectl', UP_FLAGS.kubectl],
  ['minikube', UP_FLAGS.minikube],
  ['helm', UP_FLAGS.helm],
  ['kubectl', CLOUD_FLAGS.kubectl],
  ['helm', CLOUD_FLAGS.helm],
] as const)('the flags that todo5 gives to %s are flags of it', async (program, commands) => {
  const everywhere = await said(program, ...GLOBAL[program]!)
  for (const [command, flags] of Object.entries(commands)) {
    const words = command.split(' ').filter((word) => !word.startsWith('-'))
    const help = `${await said(program, ...words, '--help')}\n${everywhere}`
    for (const flag of flags)
      expect([command, flag, new RegExp(`${flag}[ =]`, 'u').test(help)]).toEqual([command, flag, true])
  }
})

test('an upgrade goes back by the flag that this helm has for it', async () => {
  const version = await said('helm', ...helmVersionArgs())
  const flag = wayBackFlag(version)
  expect(WAY_BACK[version.startsWith('v3') ? 3 : 4]).toContain(flag)
  // What is only kept with a warning is in no help.
  expect(await said('helm', 'upgrade', '--help')).toMatch(new RegExp(`${flag}[ =]`, 'u'))
})
