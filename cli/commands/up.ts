import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type * as Interfaces from '@oclif/core/interfaces'
import type {LocalOptions} from '../../services/contracts/local.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import type {LocalTargetName} from '../client/running-targets.ts'
import {selectContext} from '../client/selection.ts'
import {readApiKey} from '../client/credentials.ts'
import {usageError} from '../errors.ts'
import {BaseCommand} from '../base-command.ts'
import {AtLogin, type AtLoginPlace, hostOptionsAtLogin, localOptionsAtLogin} from '../operations/at-login/at-login.ts'
import {MONITORING} from '../operations/cluster/monitoring.ts'
import {attach} from '../operations/attach.ts'
import {bringUp, takeBackIfInterrupted} from '../operations/bring-up.ts'
import {bringUpHost, type HostOptions, takeBackHost} from '../operations/bring-up-host.ts'
import {appAddress} from '../operations/sign-in-link.ts'
import {planUp} from '../operations/plan-up.ts'
import {planUpHost} from '../operations/plan-up-host.ts'
import {type MinikubeUpJson, refuseFlags, runUpMinikube} from '../up-minikube.ts'
import {showProgress} from '../progress.ts'
import {commandWords} from '../command-words.ts'
import {modelOptionsOf} from '../model-options.ts'
import {observeFlags, sentryDsnOf, traceSamplingOf} from '../observe-flags.ts'
import {interruptible} from '../interruption.ts'
import {fileOrValue} from '../file-or-value.ts'
import {mailAddress} from '../mail-address.ts'
import {printAtLogin, printNotAtLogin} from '../views/at-login-lines.ts'
import {type HostUpJson, hostUpJson, printHostSummary} from '../views/host-summary.ts'
import {printServices, printSteps} from '../views/down-lines.ts'
import {printLogLine} from '../views/log-line.ts'
import {postgresTitle, printSummary} from '../views/local-summary.ts'
import {upJson, type UpJson} from '../views/local-json.ts'

export default class Up extends BaseCommand<UpJson | HostUpJson | MinikubeUpJson> {
  static override summary = 'Start everything on this machine, or find it running.'
  static override description = [
    'local is one background process with an embedded PostgreSQL, five services and a mailbox. host is the parts of production as processes of this machine, without containers: Kafka, Dapr with mTLS, PostgreSQL, the services with a sidecar each, a mailbox; Zipkin and Prometheus when they are there (todo5 toolchain list). minikube is a Kubernetes of its own with Dapr, Kafka and PostgreSQL in it, by Helm (docs/kubernetes.md).',
    'Safe to repeat: what runs is left alone, an older version is replaced (in Minikube by todo5 deploy alone), what a crash left is recovered.',
  ].join('\n\n')
  static override args = {
    target: Args.string({options: ['local', 'host', 'minikube'], default: 'local', description: 'What to start.'}),
  }
  static override flags = {
    attach: Flags.boolean({description: 'Stay in the foreground and show the log; Ctrl-C stops everything.'}),
    port: Flags.integer({
      helpValue: 'N',
      min: 1,
      max: 65_535,
      env: 'TODO5_PORT',
      description: 'Exactly this port (default: 8636, or the next free one).',
    }),
    'database-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_DATABASE_URL',
      description: 'Your own PostgreSQL 14 or newer; the user may create roles. @FILE reads the URL from a file.',
    }),
    'smtp-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_SMTP_URL',
      description: 'Send mail for real: smtp://USER:PASSWORD@HOST:587. @FILE reads it from a file.',
    }),
    'mail-to': Flags.string({
      helpValue: 'ADDRESS',
      env: 'TODO5_MAIL_TO',
      description: 'Where your reminders go with --smtp-url; remembered.',
    }),
    'notify-command': Flags.string({
      helpValue: 'COMMAND',
      env: 'TODO5_NOTIFY_COMMAND',
      description: 'Run this with each reminder, such as "notify-send".',
    }),
    'model-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_MODEL_URL',
      description:
        'Let a language model answer in the chat: an OpenAI-compatible address, such as http://127.0.0.1:11434/v1.',
    }),
    'model-name': Flags.string({
      helpValue: 'NAME',
      env: 'TODO5_MODEL_NAME',
      description: 'Which model there, such as qwen3:4b.',
    }),
    'model-key': Flags.string({
      helpValue: '@FILE',
      env: 'TODO5_MODEL_KEY',
      description: 'A file with its key, when it wants one; the key itself only as the variable.',
    }),
    'model-timeout': Flags.integer({
      helpValue: 'SECONDS',
      env: 'TODO5_MODEL_TIMEOUT',
      min: 1,
      max: 600,
      description: 'How long one answer of it may take (default: 60); then the offline model answers.',
    }),
    ...observeFlags,
    only: Flags.option({
      options: SERVICE_NAMES,
      multiple: true,
      exclusive: ['attach'],
      helpValue: 'SERVICE',
      description: 'host: start these with their sidecars; what else was stopped by hand stays so.',
    })(),
    restart: Flags.boolean({dependsOn: ['only'], description: 'Also those of --only that run.'}),
    'at-login': Flags.boolean({
      allowNo: true,
      exclusive: ['attach', 'only'],
      description:
        'Also start it so at every login (as root: at every start of the machine); --no-at-login: no longer.',
    }),
    profile: Flags.string({helpValue: 'NAME', description: 'minikube: which profile (default: todo5).'}),
    namespace: Flags.string({helpValue: 'NAME', description: 'minikube: into which namespace (default: todo5).'}),
    driver: Flags.string({helpValue: 'NAME', description: 'minikube: what a new profile runs on, such as docker.'}),
    cpus: Flags.integer({
      helpValue: 'N',
      min: 2,
      description: 'minikube: CPUs of a new profile (default: 4, or what is there).',
    }),
    memory: Flags.integer({
      helpValue: 'GB',
      min: 4,
      description: 'minikube: memory of a new profile (default: 8, or what is there).',
    }),
    'dapr-chart': Flags.string({
      helpValue: 'PATH',
      description: "minikube: Dapr's chart as a folder or .tgz, in place of the one of its repository.",
    }),
    values: Flags.string({multiple: true, helpValue: 'FILE', description: 'minikube: values for the chart todo5.'}),
    set: Flags.string({
      multiple: true,
      helpValue: 'NAME=VALUE',
      description: "minikube: one value for the chart todo5, in helm's spelling; no secrets.",
    }),
    monitoring: Flags.option({
      options: MONITORING,
      description:
        'minikube: what watches it. full: kube-prometheus-stack with Grafana, and Zipkin; basic: a small Prometheus, and Zipkin; none (default: what there is, else basic).',
    })(),
    'options-file': Flags.string({hidden: true, description: 'What --at-login has kept in place of other options.'}),
    debug: Flags.boolean({description: 'Log more.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --port 9000 --attach',
    '<%= config.bin %> up --at-login',
    '<%= config.bin %> up host --dry-run',
    '<%= config.bin %> up host --only audit-service --restart',
    '<%= config.bin %> up minikube --dry-run',
    '<%= config.bin %> up minikube --monitoring none',
    '<%= config.bin %> up --database-url @~/.secrets/todo5-database',
  ]

  override async run(): Promise<UpJson | HostUpJson | MinikubeUpJson> {
    const {args, flags} = await this.parse(Up)
    const {composition, out} = this
    refuseFlags(args.target as 'local' | 'host' | 'minikube', this.argv)
    if (args.target === 'minikube')
      return await runUpMinikube({composition, out, flags, animated: this.#animated(flags)})
    return args.target === 'host' ? await this.#host(flags) : await this.#local(flags)
  }

  async #local(flags: UpFlags): Promise<UpJson> {
    if (flags.only) {
      throw usageError('--only is for host; local is one process.', 'flag_of_host', 'todo5 up host --only SERVICE')
    }
    if (traceSamplingOf(flags) !== null) {
      throw usageError('--trace-sampling is for host; local records no traces.', 'flag_of_host', 'todo5 up host has it')
    }
    const {typedAs, version} = this.composition
    const {machine, entry} = await this.composition.local()
    const given: LocalOptions = {
      port: flags.port ?? null,
      database_url: await fileOrValue(flags['database-url']),
      smtp_url: await fileOrValue(flags['smtp-url']),
      mail_to: mailAddress(flags['mail-to']),
      notify_command: commandWords(flags['notify-command']),
      model: await modelOptionsOf(flags, this.argv),
      sentry_dsn: await sentryDsnOf(flags, this.argv),
    }
    const kept = flags['options-file']
    const options = kept === undefined ? given : await localOptionsAtLogin(kept)
    const atLogin = this.#atLogin('local', entry)
    if (flags['dry-run']) {
      const steps = [...(await planUp({machine, entry, options, version})), ...atLoginSteps(atLogin, flags)]
      printSteps(this.out, steps)
      return {dry_run: true, steps}
    }
    if (flags['at-login']) await atLogin.assertPossible()
    const titles = {postgresql: postgresTitle(options.database_url), services: '5 services', mailbox: 'mailbox'}
    return await interruptible(async (signal) => {
      const progress = this.#animated(flags) ? showProgress(titles) : undefined
      const onStep = (step: keyof typeof titles): void => progress?.reach(step)
      const request = {
        machine,
        entry,
        options,
        version,
        typedAs,
        signal,
        onStep,
        attached: flags.attach ?? false,
        logLevel: flags.debug ? ('debug' as const) : ('info' as const),
      }
      try {
        const up = await bringUp(request)
        await progress?.finish('done')
        await takeBackIfInterrupted(up, request)
        await selectContext(this.composition.paths, 'local')
        printSummary(this.out, up, typedAs, await this.#appUrl('local', up.state.api_url!))
        await this.#changeAtLogin(atLogin, flags, up.state.options)
        if (up.process)
          await attach(up.process, machine.logFiles()[0]!, signal, (line) =>
            printLogLine(this.out, line, this.timeView({}).zone),
          )
        return {...upJson(up, entry, machine), at_login: wantedAtLogin(flags)}
      } finally {
        await progress?.finish('failed')
      }
    })
  }

  async #host(flags: UpFlags): Promise<HostUpJson> {
    for (const name of ['database-url', 'notify-command'] as const) {
      if (flags[name] !== undefined)
        throw usageError(`up host has no --${name}.`, 'flag_of_local', 'todo5 up local has it')
    }
    const {typedAs, version} = this.composition
    const target = await this.composition.host()
    const given: HostOptions = {
      port: flags.port ?? null,
      smtp_url: await fileOrValue(flags['smtp-url']),
      mail_to: mailAddress(flags['mail-to']),
      model: await modelOptionsOf(flags, this.argv),
      sentry_dsn: await sentryDsnOf(flags, this.argv),
      trace_sampling: traceSamplingOf(flags),
    }
    const kept = flags['options-file']
    const options = kept === undefined ? given : await hostOptionsAtLogin(kept)
    const atLogin = this.#atLogin('host', target.entry)
    const services = {...(flags.only && {only: flags.only}), restart: flags.restart ?? false}
    if (flags['dry-run']) {
      const steps = [...(await planUpHost({target, options, version, ...services})), ...atLoginSteps(atLogin, flags)]
      printSteps(this.out, steps)
      return {dry_run: true, steps}
    }
    if (flags['at-login']) await atLogin.assertPossible()
    const titles = {
      platform: 'PostgreSQL, Kafka, Dapr',
      topics: 'topics',
      services: '5 services with their sidecars, mailbox',
    }
    return await interruptible(async (signal) => {
      const progress = this.#animated(flags) ? showProgress(titles) : undefined
      const request = {
        target,
        ...services,
        options,
        version,
        typedAs,
        signal,
        onStep: (step: keyof typeof titles): void => progress?.reach(step),
        attached: flags.attach ?? false,
        logLevel: flags.debug ? ('debug' as const) : ('info' as const),
      }
      try {
        const up = await bringUpHost(request)
        await progress?.finish('done')
        await takeBackHost(up, request)
        await selectContext(this.composition.paths, 'host')
        if (flags.only && up.already) printServices(this.out, up.services)
        else printHostSummary(this.out, up, typedAs, await this.#appUrl('host', up.state.api_url!))
        await this.#changeAtLogin(atLogin, flags, up.state.options)
        if (up.process) {
          await attach(up.process, target.machine.logFile('todo5'), signal, (line) =>
            printLogLine(this.out, line, this.timeView({}).zone),
          )
        }
        return {...hostUpJson(up, target.entry.dataDir), at_login: wantedAtLogin(flags)}
      } finally {
        await progress?.finish('failed')
      }
    })
  }

  #atLogin(target: LocalTargetName, entry: AtLoginPlace['entry']): AtLogin {
    const {root, paths} = this.composition
    return new AtLogin({target, entry, stateDir: paths.state, root})
  }

  async #changeAtLogin(atLogin: AtLogin, flags: UpFlags, options: unknown): Promise<void> {
    const wanted = wantedAtLogin(flags)
    if (wanted === null) return
    if (wanted) printAtLogin(this.out, await atLogin.on(options))
    else printNotAtLogin(this.out, await atLogin.off())
  }

  /** A link that signs in is for the person who reads it, and for nobody who reads a file later. */
  async #appUrl(name: LocalTargetName, apiUrl: string): Promise<string> {
    const {paths, http} = this.composition
    const apiKey = await readApiKey(paths.state, name)
    const plain = `${new URL(apiUrl).origin}/`
    if (!this.out.isTTY || this.jsonEnabled() || apiKey === undefined) return plain
    try {
      return await appAddress({name, apiUrl, apiKey, whenAway: [], whenRefused: []}, http)
    } catch (error) {
      // It is up all the same.
      this.out.warning(`There is no link that signs you in: ${(error as Error).message}`)
      return plain
    }
  }

  #animated(flags: UpFlags): boolean {
    const {terminal, looks} = this.composition
    return terminal.stderr.isTTY && looks.animated && !flags.quiet && !this.jsonEnabled()
  }
}

/** Null: as it is. */
const wantedAtLogin = ({'at-login': wanted}: {readonly 'at-login'?: boolean | undefined}): boolean | null =>
  wanted ?? null

function atLoginSteps(atLogin: AtLogin, flags: UpFlags): readonly string[] {
  const wanted = wantedAtLogin(flags)
  if (wanted === null) return []
  return wanted ? atLogin.steps.on : atLogin.steps.off
}

type UpFlags = Interfaces.InferredFlags<typeof Up.flags & typeof Up.baseFlags>
