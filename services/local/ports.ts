import {DEFAULT_PORT} from '../contracts/local.ts'
import {freePort, isPortFree} from '../database/server/port.ts'
import {LocalFailure} from './failure.ts'

/** How many ports above the default one are tried before any will do. */
const NEXT = 20

/** The port of the API: the one that was insisted on, or the default one, or the next that is free. */
export async function choosePort(wanted: number | null): Promise<number> {
  if (wanted !== null) {
    if (await isPortFree(wanted)) return wanted
    throw new LocalFailure('port_in_use', `Port ${wanted} is in use.`, ['todo5 up        takes a free port'])
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + NEXT; port++) if (await isPortFree(port)) return port
  return await freePort()
}
