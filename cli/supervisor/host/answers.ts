import {get} from 'node:http'
import {connect} from 'node:net'
import {LOOPBACK} from './ports.ts'

const LIMIT_MS = 3000

/** Whether a GET of the URL is answered with 2xx. Nobody there, or no answer in time, is a no. */
export async function answersOk(url: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const request = get(url, {agent: false, signal: AbortSignal.timeout(LIMIT_MS)}, ({statusCode = 0}) => {
      resolve(statusCode >= 200 && statusCode < 300)
      request.destroy()
    })
    request.on('error', () => resolve(false))
    request.once('close', () => resolve(false))
  })
}

/** Kafka's protocol guide: ApiVersions (key 18), version 0, correlation id 1, client id "todo5"; after its own length. */
const API_VERSIONS = Buffer.from([0, 0, 0, 15, 0, 18, 0, 0, 0, 0, 0, 1, 0, 5, ...Buffer.from('todo5')])

/** Whether a Kafka broker answers requests on the port, which it does only when it has started. */
export async function kafkaAnswers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({port, host: LOOPBACK})
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(LIMIT_MS, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
    socket.once('connect', () => socket.write(API_VERSIONS))
    // Length, then our correlation id.
    socket.once('data', (data) => settle(data.length >= 8 && data.readInt32BE(4) === 1))
  })
}
