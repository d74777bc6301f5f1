import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {readSelection} from '../client/selection.ts'
import {toCliError} from '../errors.ts'
import {untilInterrupted} from '../interruption.ts'
import type {ForwardedPage} from '../operations/cluster/open-in-minikube.ts'
import {browse, openPage} from '../operations/open-page.ts'
import {appAddress} from '../operations/sign-in-link.ts'

interface Opened {
  readonly url: string
  readonly opened: boolean
}

const PAGES = ['app', 'status', 'mailbox', 'grafana', 'prometheus', 'zipkin'] as const

export default class Open extends BaseCommand<Opened | undefined> {
  static override summary = 'Open a page of todo5 in the browser.'
  static override description = [
    'app is the web app, status its page that tells operators how todo5 is; on this machine their address signs you in, once, within five minutes. mailbox shows the mails of the todo5 that runs here; grafana, prometheus and zipkin are what watches it, where it is watched. Programs get the address, and so do you where there is no browser.',
    'With -c minikube a page other than app and status is reached through a port of this machine, until Ctrl-C.',
  ].join('\n\n')
  static override args = {
    page: Args.string({options: [...PAGES], default: 'app', description: 'Which page.'}),
  }
  static override examples = [
    '<%= config.bin %> open',
    '<%= config.bin %> open mailbox --json',
    '<%= config.bin %> open zipkin -c minikube',
  ]

  override async run(): Promise<Opened | undefined> {
    const {args} = await this.parse(Open)
    const page = args.page as (typeof PAGES)[number]
    if (page === 'app' || page === 'status') return this.#print(await this.#app(page === 'status' ? '/status' : '/'))
    const target = await this.#target()
    if (target === 'minikube') return await this.#forwarded(page)
    if (page === 'mailbox') return this.#print(await this.#mailbox(target))
    const {noObserver, observerOfHost} = await import('../operations/open-observer.ts')
    if (target !== 'host') throw noObserver(page, target ?? 'local')
    return this.#print(await this.#browse(await observerOfHost((await this.composition.host()).machine, page)))
  }

  #print(opened: Opened): Opened {
    this.out.data(opened.url)
    return opened
  }

  /** Whose page: the context that is set, else what was started last. */
  async #target(): Promise<string | undefined> {
    const {composition} = this
    const named = composition.settings.get('context') ?? (await readSelection(composition.paths))
    return named ?? (await composition.runningTargets())[0]?.name
  }

  async #app(page: '/' | '/status'): Promise<Opened> {
    return await this.#browse(await appAddress(await this.composition.context(), this.composition.http, page))
  }

  async #browse(url: string): Promise<Opened> {
    const {entry} = await this.composition.local()
    return {url, opened: this.mayOpen && (await browse(url, entry.env))}
  }

  async #mailbox(target: string | undefined): Promise<Opened> {
    const local = await this.composition.local()
    const options = {browse: this.mayOpen, env: local.entry.env}
    return target === 'host'
      ? await openPage((await this.composition.host()).machine, options)
      : await openPage(local.machine, options)
  }

  /** The address is good as long as the command runs, so it is told at once. */
  async #forwarded(page: ForwardedPage): Promise<undefined> {
    const {composition} = this
    const [{openInMinikube}, {findPlace}] = await Promise.all([
      import('../operations/cluster/open-in-minikube.ts'),
      import('../operations/cluster/find-place.ts'),
    ])
    const found = await findPlace({target: 'minikube'}, composition.paths.state)
    const toolchain = await composition.toolchain()
    let told = false
    const onAddress = async (url: string): Promise<void> => {
      const opened = await this.#browse(url)
      told = true
      if (this.jsonEnabled()) return this.printLine(opened)
      this.#print(opened)
      this.out.note('Leads there until Ctrl-C.')
    }
    const {typedAs} = composition
    try {
      await untilInterrupted(
        async (signal) => await openInMinikube({...found, page, toolchain, typedAs, signal, onAddress}),
      )
    } catch (error) {
      if (!told || !this.jsonEnabled()) throw error
      // Behind the address, which was a line, what ended it is one, too.
      this.printLine(this.toErrorJson(error))
      this.failWith(toCliError(error).exit)
    }
    return undefined
  }

  /** The address has been printed already. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}
