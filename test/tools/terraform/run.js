// node run.js FOLDER: formatting, `init`, `validate` and `test` of one Terraform module, without the registry of providers and
// without an account. Ends with the code of the first that fails.
import {spawnSync} from 'node:child_process'
import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join, resolve} from 'node:path'

const here = import.meta.dirname
const module = resolve(process.argv[2])
const folder = mkdtempSync(join(tmpdir(), 'todo5-terraform-'))
const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`

/** Where Terraform looks in place of its registry: each provider is a script that starts provider.js. */
function mirror() {
  for (const [name, {source, version}] of Object.entries(
    JSON.parse(readFileSync(join(here, 'schemas/versions.json'), 'utf8')),
  )) {
    const place = join(folder, 'mirror/registry.terraform.io', source, version, platform)
    const program = join(place, `terraform-provider-${name}_v${version}`)
    const words = [process.execPath, join(here, 'provider.js'), join(here, `schemas/${name}.json`)]
    mkdirSync(place, {recursive: true})
    writeFileSync(program, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')}\n`)
    chmodSync(program, 0o755)
  }
  const place = JSON.stringify(join(folder, 'mirror'))
  writeFileSync(join(folder, 'rc'), `provider_installation {\n  filesystem_mirror {\n    path = ${place}\n  }\n}\n`)
}

function terraform(...args) {
  const {status, stdout, stderr, error} = spawnSync('terraform', args, {
    cwd: join(folder, 'module'),
    encoding: 'utf8',
    env: {
      ...process.env,
      TF_CLI_CONFIG_FILE: join(folder, 'rc'),
      TF_DATA_DIR: join(folder, 'data'),
      // The plugins speak without TLS: they have neither a secret nor a network.
      TF_DISABLE_PLUGIN_TLS: '1',
      CHECKPOINT_DISABLE: '1',
      TMPDIR: folder,
    },
  })
  if (error?.code === 'ENOENT') {
    console.error(
      'There is no terraform on the PATH: https://developer.hashicorp.com/terraform/install (1.9 or newer; or: go install github.com/hashicorp/terraform@v1.11.4)',
    )
    return 127
  }
  const quiet = args[0] === 'init' && status === 0
  if (!quiet) process.stdout.write(`${stdout}${stderr}`)
  return status ?? 1
}

let code = 0
try {
  mirror()
  cpSync(module, join(folder, 'module'), {
    recursive: true,
    // What somebody has made in the module for an account of theirs is not looked at.
    filter: (path) => !/^(\.terraform.*|backend\.tf|.*\.tfvars)$/u.test(basename(path)),
  })
  if (!readdirSync(join(folder, 'module')).some((file) => file.endsWith('.tf'))) throw new Error(`no module: ${module}`)
  code ||= terraform('fmt', '-check', '-diff', '-recursive')
  code ||= terraform('init', '-backend=false', '-no-color', '-input=false')
  code ||= terraform('validate', '-no-color')
  code ||= terraform('test', '-no-color')
} finally {
  rmSync(folder, {recursive: true, force: true})
}
process.exitCode = code
