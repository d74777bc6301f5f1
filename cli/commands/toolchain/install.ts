import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {interruptible} from '../../interruption.ts'
import {
  type InstallRequest,
  installToolchain,
  type ProgramName,
  PROGRAMS,
  titlesOf,
} from '../../operations/find-toolchain.ts'
import {planToolchain} from '../../operations/plan-toolchain.ts'
import {movingInstallView, plainInstallView} from '../../views/toolchain-progress.ts'
import {printPrograms, type ProgramJson, programJson} from '../../views/toolchain-table.ts'

type InstallJson =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | {readonly folder: string; readonly programs: readonly ProgramJson[]; readonly notes: readonly string[]}

export default class ToolchainInstall extends BaseCommand<InstallJson> {
  static override summary = 'Get the programs of the real stack that are missing.'
  static override description =
    'What is on the PATH in a good version is used as it is. The rest comes as the official release, verified by its publisher’s checksum; where that cannot be had, Dapr and Prometheus are built by Go, Kafka and Zipkin come by Maven. Safe to repeat and to interrupt: it goes on where it was. Java is only looked for.'
  static override args = {
    program: Args.string({
      multiple: true,
      options: [...PROGRAMS],
      description: 'Which (default: those that the stack needs).',
    }),
  }
  static override flags = {
    all: Flags.boolean({description: 'Also Zipkin and Prometheus, if they can be had.'}),
    from: Flags.option({
      options: ['release', 'registry'] as const,
      description: 'Only this way, not the PATH either.',
    })(),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> toolchain install',
    '<%= config.bin %> toolchain install zipkin prometheus',
    '<%= config.bin %> toolchain install daprd --from registry --dry-run',
  ]

  override async run(): Promise<InstallJson> {
    const {args, flags} = await this.parse(ToolchainInstall)
    const toolchain = await this.composition.toolchain()
    const {terminal, looks} = this.composition
    const animated = terminal.stderr.isTTY && looks.animated && !flags.quiet && !this.jsonEnabled()
    return await interruptible(async (signal) => {
      const request: InstallRequest = {
        toolchain,
        programs: args.program as ProgramName[] | undefined,
        optional: flags.all ?? false,
        from: flags.from,
        signal,
      }
      if (flags['dry-run']) {
        const steps = await planToolchain(request)
        this.out.data(...steps.map((step, index) => `${String(index + 1).padStart(2)}  ${step}`))
        return {dry_run: true, steps}
      }
      const view = animated ? movingInstallView(this.out, titlesOf(request)) : plainInstallView(this.out)
      try {
        const programs = await installToolchain({...request, onEvent: view.show})
        await view.end()
        printPrograms(this.out, programs)
        return {folder: toolchain.folder, programs: programs.map(programJson), notes: view.notes}
      } catch (error) {
        await view.end()
        throw error
      }
    })
  }
}
