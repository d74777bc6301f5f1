import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {answersOk} from '../../../cli/supervisor/host/answers.ts'
import {freePorts} from '../../../cli/supervisor/host/ports.ts'
import {eventually} from '../eventually.ts'
import {type Program, type RunningProgram, startProgram} from '../../../cli/supervisor/host/program.ts'
import type {HostTarget} from '../stack/host-target.ts'

export interface Replica {
  readonly pids: {readonly service: number; readonly sidecar: number}
  /** What the service wrote. */
  log(): Promise<string>
  /** In order: the service, then its sidecar. */
  stop(): Promise<void>
  /** Both at once, as a machine that is switched off. */
  kill9(): Promise<void>
}

/** A second one of a service that runs, beside a sidecar of its own: started as the first one was, on other ports. */
export async function startReplica(host: HostTarget, app: string): Promise<Replica> {
  const [appPort, http, grpc, internal, metrics] = (await freePorts(5)).map(String) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const service = await copyOf(host, app, `http://127.0.0.1:${appPort}/healthz`)
  const sidecar = await copyOf(host, `daprd-${app}`, `http://127.0.0.1:${http}/v1.0/healthz`)
  const ports: Readonly<Record<string, string>> = {
    '--app-port': appPort,
    '--dapr-http-port': http,
    '--dapr-grpc-port': grpc,
    '--dapr-internal-grpc-port': internal,
    '--metrics-port': metrics,
  }
  const env = {PORT: appPort, DAPR_HTTP_ENDPOINT: `http://127.0.0.1:${http}`, REPLICA: 'the second one'}
  const args = sidecar.args.map((arg, place) => ports[sidecar.args[place - 1] ?? ''] ?? arg)
  const running: [RunningProgram, RunningProgram] = await Promise.all([
    startProgram({...service, env: {...service.env, ...env}}),
    startProgram({...sidecar, args}),
  ])
  return {
    pids: {service: running[0].pid, sidecar: running[1].pid},
    log: async () => await readFile(service.logFile, 'utf8'),
    stop: async () => {
      for (const program of running) await program.stop()
    },
    kill9: async () => {
      for (const program of running) program.kill('SIGKILL')
      await Promise.all(running.map(async ({exited}) => await exited))
    },
  }
}

let copies = 0

async function copyOf(host: HostTarget, name: string, health: string): Promise<Program> {
  const pid = await eventually(
    `${name} runs`,
    async () => (await host.state())!.processes.find((process) => process.name === name)!.pid,
  )
  const read = async (file: string): Promise<string[]> =>
    (await readFile(`/proc/${pid}/${file}`, 'utf8')).split('\0').slice(0, -1)
  const [command, ...args] = (await read('cmdline')) as [string, ...string[]]
  const folder = join(host.hostDir, 'run', `${name}-copy-${++copies}`)
  return {
    name: `${name} (copy)`,
    command,
    args,
    env: Object.fromEntries(
      (await read('environ')).map((entry) => [entry.split('=', 1)[0]!, entry.slice(entry.indexOf('=') + 1)]),
    ),
    folder,
    logFile: join(folder, 'log'),
    readyWithinMs: 300_000,
    stopWithinMs: 60_000,
    isReady: async () => await answersOk(health),
  }
}
