import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {findProgram, type ProgramName, PROGRAMS} from '../../operations/find-toolchain.ts'
import {type ProgramJson, programJson} from '../../views/toolchain-table.ts'

export default class ToolchainPath extends BaseCommand<ProgramJson> {
  static override summary = 'Where one program is.'
  static override description = 'Of kafka the folder of its jars, of zipkin its jar.'
  static override args = {
    program: Args.string({required: true, options: [...PROGRAMS], description: `One of ${PROGRAMS.join(', ')}.`}),
  }
  static override examples = ['<%= config.bin %> toolchain path daprd', '<%= config.bin %> toolchain path kafka --json']

  override async run(): Promise<ProgramJson> {
    const {args} = await this.parse(ToolchainPath)
    const found = await findProgram(args.program as ProgramName, await this.composition.toolchain())
    this.out.raw(found.path)
    return programJson(found)
  }
}
