import {Agent, request} from 'node:http'
import {setTimeout as delay} from 'node:timers/promises'

/** At most so many requests at once. */
const SOCKETS = 64

async function post(url: string, apiKey: string, agent: Agent): Promise<{status: number; text: string}> {
  return await new Promise((resolve, reject) => {
    request(url, {method: 'POST', agent, headers: {'x-api-key': apiKey}}, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({status: response.statusCode!, text: Buffer.concat(chunks).toString()}))
      response.on('error', reject)
    })
      .once('error', reject)
      .end()
  })
}

export interface Completion {
  readonly apiKey: string
  readonly taskId: number
}

/** Completes so many per second, whether or not the ones before are answered; until there is nothing more to complete. */
export async function completeAt(
  apiUrl: string,
  {rate, seconds}: {rate: number; seconds: number},
  next: (turn: number) => Completion | undefined,
): Promise<{completed: number; failures: Readonly<Record<string, number>>}> {
  const agent = new Agent({keepAlive: true, maxSockets: SOCKETS})
  const answers: Promise<void>[] = []
  const failures: Record<string, number> = {}
  const note = (failure: string): void => void (failures[failure] = (failures[failure] ?? 0) + 1)
  const begun = performance.now()
  for (let turn = 0; turn < rate * seconds; turn++) {
    const wait = begun + (turn / rate) * 1000 - performance.now()
    if (wait > 1) await delay(wait)
    const completion = next(turn)
    if (!completion) throw new Error(`there are not enough tasks for ${rate * seconds} completions`)
    answers.push(
      post(`${apiUrl}/tasks/${completion.taskId}/complete`, completion.apiKey, agent).then(
        ({status, text}) => void (status === 200 || note(`${status} ${(JSON.parse(text) as {code?: string}).code}`)),
        (error: NodeJS.ErrnoException) => note(error.code ?? error.message),
      ),
    )
  }
  await Promise.all(answers)
  agent.destroy()
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
  return {completed: answers.length - failed, failures}
}
