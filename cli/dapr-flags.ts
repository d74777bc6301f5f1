import * as Flags from '@oclif/core/flags'
import {CliError, usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {DAPR_TARGETS} from './operations/dapr-targets.ts'

export const setFlag = {
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=VALUE',
    description: 'A value of the target; without those that it needs, the error lists all.',
  }),
}

/** NAME=VALUE, each. */
export function valuesOf(settings: readonly string[] = []): Record<string, string> {
  const values: Record<string, string> = {}
  for (const setting of settings) {
    const [, name, value] = /^(\w+)=(.*)$/su.exec(setting) ?? []
    if (name === undefined || value === undefined) {
      throw usageError(`--set ${setting} is not NAME=VALUE.`, 'invalid_value', '--set samplingRate=0.5')
    }
    values[name] = value
  }
  return values
}

/** Whose sidecars. */
export const installationFlag = {
  target: Flags.option({
    options: ['local', ...DAPR_TARGETS] as const,
    default: 'host' as const,
    description: 'Whose sidecars.',
  })(),
}

/** Clusters get their resources with the chart, whose revisions go back as a whole. */
export function checkInstallation(target: string): void {
  if (target === 'local') throw noDapr()
  if (target === 'host') return
  throw new CliError(`${target} gets its Dapr resources with the chart: they go forth and back with its revisions.`, {
    code: 'applied_by_chart',
    exit: EXIT.refused,
    hints: [`todo5 dapr render --target ${target}        shows them`, `todo5 dapr lint --target ${target}`],
  })
}

export const noDapr = (): CliError =>
  new CliError('local has no Dapr, all services are one process.', {
    code: 'no_dapr',
    exit: EXIT.refused,
    hints: ['todo5 up host'],
  })
