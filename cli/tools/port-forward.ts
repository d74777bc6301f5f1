import {execa} from 'execa'

export interface Forwarding {
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string>>
}

/** A port of this machine, on loopback alone, that leads to a port of a Service; which one it is, the program says. */
export const portForwardArgs = (
  service: string,
  port: string,
  {namespace, kubeContext}: {readonly namespace: string; readonly kubeContext: string},
): string[] => [
  'port-forward',
  `service/${service}`,
  `:${port}`,
  '--address=127.0.0.1',
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
]

/** Given the port as long as the program leads there; the program ends with `work`. @throws Error with what it said, when it does not lead there */
export async function withForwardedPort<T>(
  kubectl: string,
  args: readonly string[],
  {signal, env}: Forwarding,
  work: (port: number) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const child = execa(kubectl, args, {reject: false, stdin: 'ignore', windowsHide: true, env, cancelSignal: signal})
  try {
    for await (const line of child) {
      const port = forwardedPort(line)
      if (port === undefined) continue
      try {
        return await work(port)
      } finally {
        // Whoever leaves the loop waits for the end of the program.
        child.kill()
      }
    }
    const {stderr} = await child
    signal.throwIfAborted()
    throw new Error(stderr.trim().split('\n').at(-1) ?? '')
  } finally {
    child.kill()
    await child
  }
}

/**
 * Leads there until `signal` aborts; `onPort` is told the port once it does.
 * @throws Error with what the program said, when it does not lead there, or no longer; the reason of `signal`
 */
export async function keepForwarding(
  kubectl: string,
  args: readonly string[],
  {signal, env}: Forwarding,
  onPort: (port: number) => Promise<void>,
): Promise<never> {
  signal.throwIfAborted()
  const child = execa(kubectl, args, {reject: false, stdin: 'ignore', windowsHide: true, env, cancelSignal: signal})
  let told = false
  // All that it says is read, or it would wait for a reader: it has a line for each connection.
  for await (const line of child) {
    const port = forwardedPort(line)
    if (port === undefined || told) continue
    told = true
    await onPort(port)
  }
  const {stderr} = await child
  signal.throwIfAborted()
  throw new Error(stderr.trim().split('\n').at(-1) ?? '')
}

export function forwardedPort(line: string): number | undefined {
  const port = /^Forwarding from 127\.0\.0\.1:(\d+) -> /u.exec(line)?.[1]
  return port === undefined ? undefined : Number(port)
}
