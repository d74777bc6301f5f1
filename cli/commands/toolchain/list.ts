import {BaseCommand} from '../../base-command.ts'
import {listToolchain} from '../../operations/find-toolchain.ts'
import {printPrograms, type ProgramJson, programJson} from '../../views/toolchain-table.ts'

export interface ToolchainListJson {
  readonly folder: string
  readonly programs: readonly ProgramJson[]
}

export default class ToolchainList extends BaseCommand<ToolchainListJson> {
  static override summary = 'The programs of the real stack, and where they are.'
  static override description =
    'Looked for on the PATH first, then among those that todo5 toolchain install has got. Nothing is changed.'
  static override examples = ['<%= config.bin %> toolchain list', '<%= config.bin %> toolchain list --json']

  override async run(): Promise<ToolchainListJson> {
    await this.parse(ToolchainList)
    const toolchain = await this.composition.toolchain()
    const programs = await listToolchain(toolchain)
    printPrograms(this.out, programs)
    return {folder: toolchain.folder, programs: programs.map(programJson)}
  }
}
