import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {HostMachine} from '../supervisor/host/host-machine.ts'
import {lookFor} from '../supervisor/machine.ts'

export type Observer = 'prometheus' | 'zipkin' | 'grafana'

const NAMES = {prometheus: 'Prometheus', zipkin: 'Zipkin', grafana: 'Grafana'} as const

/** Where what watches the host target is. @throws CliError `not_running` (exit 6), `page_not_there` (4) */
export async function observerOfHost(machine: HostMachine, page: Observer): Promise<string> {
  const found = await lookFor(machine)
  if (found.kind !== 'ready') {
    throw new CliError('The host target does not run here.', {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: ['todo5 up host        starts it'],
    })
  }
  if (page === 'grafana') throw noObserver(page, 'host')
  const url = page === 'prometheus' ? found.state.prometheus_url : found.state.zipkin_url
  if (url === null) throw noObserver(page, 'host')
  return page === 'zipkin' ? `${url}/zipkin/` : url
}

/** Says who has it. */
export const noObserver = (page: Observer, target: string): CliError =>
  new CliError(`There is no ${NAMES[page]} in ${target}.`, {
    code: 'page_not_there',
    exit: EXIT.refused,
    hints:
      page === 'grafana'
        ? ['todo5 up minikube --monitoring full        brings one']
        : [
            ...(target === 'host'
              ? [`todo5 toolchain install ${page} && todo5 up host        starts it with the next up`]
              : ['todo5 up host        has one']),
            'todo5 up minikube        has one',
          ],
  })
