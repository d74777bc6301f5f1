import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {interruptible} from '../../interruption.ts'
import {
  buildImage,
  type BuiltImage,
  type ImageRequest,
  planImage,
  PLATFORMS,
} from '../../operations/image/build-image.ts'
import {printSteps} from '../../views/down-lines.ts'

type ImageBuildJson = {readonly dry_run: true; readonly steps: readonly string[]} | BuiltImage

export default class ImageBuild extends BaseCommand<ImageBuildJson> {
  static override summary = 'Make the container image of this todo5.'
  static override description =
    'npm packs it and fetches what it needs in production for the platform; the container build only copies, without a network, so another platform than that of this machine is no more work. One image runs each service, the command line, and all in one: see docs/one-container.md.'
  static override flags = {
    platform: Flags.option({
      options: PLATFORMS,
      description: 'What it is to run on (default: the processor of this machine).',
    })(),
    tag: Flags.string({multiple: true, helpValue: 'NAME', description: 'What it is called (default: todo5:VERSION).'}),
    base: Flags.string({
      helpValue: 'IMAGE',
      description: 'In place of node:24-bookworm-slim, such as the same with its digest.',
    }),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> image build',
    '<%= config.bin %> image build --platform linux/arm64 --tag registry.example.org/todo5:1',
    '<%= config.bin %> image build --dry-run',
  ]

  override async run(): Promise<ImageBuildJson> {
    const {flags} = await this.parse(ImageBuild)
    const {root, version} = this.composition
    const toolchain = await this.composition.toolchain()
    const {platform, base, tag: tags = []} = flags
    const request: ImageRequest = {root, version, platform, tags, base}
    if (flags['dry-run']) {
      const steps = await planImage(request, toolchain)
      printSteps(this.out, steps)
      return {dry_run: true, steps}
    }
    const onStep = (text: string): void => this.out.note(text)
    const image = await interruptible(async (signal) => await buildImage(request, {toolchain, signal, onStep}))
    for (const tag of image.tags) this.out.data(tag)
    const megabytes = Math.round(image.bytes / 1_000_000)
    this.out.note(
      `${image.platform}, ${megabytes} MB unpacked`,
      'todo5 image load minikube        brings it to Minikube',
    )
    return image
  }
}
