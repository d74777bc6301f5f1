import {join} from 'node:path'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {type CiFile, initCi, planCi} from '../../operations/ci/init-ci.ts'
import {printSteps} from '../../views/down-lines.ts'

type CiJson = {readonly dry_run: true; readonly steps: readonly string[]} | WrittenCi

interface WrittenCi {
  readonly folder: string
  readonly files: readonly CiFile[]
}

const DONE = {new: 'written', same: 'is there', changed: 'replaced'} as const
const PLANNED = {new: 'write', same: 'leave, it is the same:', changed: 'replace, with --force:'} as const

export default class CiInit extends BaseCommand<CiJson> {
  static override summary = 'Write the GitHub workflows that deploy todo5 into a repository.'
  static override description =
    'develop goes to staging, main to production, other branches nowhere. The repository has todo5 among its dependencies. What its environments need is in docs/cloud.md.'
  static override flags = {
    out: Flags.string({helpValue: 'FOLDER', description: 'The repository (default: this folder).'}),
    force: Flags.boolean({description: 'Also replace a workflow that is there and different.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print what would be written, change nothing.'}),
  }
  static override examples = ['<%= config.bin %> ci init', '<%= config.bin %> ci init --out ../my-todo --dry-run']

  override async run(): Promise<CiJson> {
    const {flags} = await this.parse(CiInit)
    const {out: folder = this.composition.folder, force} = flags
    const source = join(this.composition.root, '.github', 'workflows')
    if (flags['dry-run']) {
      const steps = (await planCi({source, folder})).map(({path, state}) => `${PLANNED[state]} ${path}`)
      printSteps(this.out, steps)
      return {dry_run: true, steps}
    }
    const files = await initCi({source, folder, force})
    for (const {path, state} of files) this.out.data(`${path}  ${DONE[state]}`)
    if (files.some(({state}) => state !== 'same'))
      this.out.note('', 'Next: the environments staging and production in GitHub, with what docs/cloud.md lists.')
    return {folder, files}
  }
}
