import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {interruptible} from '../../interruption.ts'
import {imageName} from '../../operations/image/build-image.ts'
import {loadImage, loadSteps} from '../../operations/image/load-image.ts'
import {stepText} from '../../operations/program-steps.ts'
import {printSteps} from '../../views/down-lines.ts'

type ImageLoadJson =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | {readonly image: string; readonly target: string}

export default class ImageLoad extends BaseCommand<ImageLoadJson> {
  static override summary = 'Bring an image to a cluster that has no registry.'
  static override args = {
    target: Args.string({options: ['minikube'], required: true, description: 'Which cluster.'}),
  }
  static override flags = {
    image: Flags.string({helpValue: 'NAME', description: 'Which image (default: todo5:VERSION).'}),
    profile: Flags.string({default: 'minikube', helpValue: 'NAME', description: 'Which profile of Minikube.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> image load minikube',
    '<%= config.bin %> image load minikube --profile staging --dry-run',
  ]

  override async run(): Promise<ImageLoadJson> {
    const {args, flags} = await this.parse(ImageLoad)
    const {profile, image = imageName(this.composition.version)} = flags
    if (flags['dry-run']) {
      const steps = loadSteps(image, profile).map(stepText)
      printSteps(this.out, steps)
      return {dry_run: true, steps}
    }
    const toolchain = await this.composition.toolchain()
    const onStep = (text: string): void => this.out.note(text)
    await interruptible(async (signal) => await loadImage(image, profile, {toolchain, signal, onStep}))
    this.out.data(`${image} is in ${args.target}`)
    return {image, target: args.target}
  }
}
