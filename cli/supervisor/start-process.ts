import {type ChildProcess, spawn} from 'node:child_process'
import {closeSync, openSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ProcessEntry} from './machine.ts'

export interface StartedProcess {
  readonly pid: number | undefined
  /** Resolves when it has ended, however it did. */
  readonly exited: Promise<{code: number | null; signal: NodeJS.Signals | null}>
  /** Asks it to end in order. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): void
  /** From now on it goes its own way. */
  release(): void
  /** What it said outside of its log: the last words of a crash. */
  lastWords(): string
}

/**
 * Starts the background process in a session of its own. Its configuration, which may hold passwords, goes through its
 * standard input; the folder of its state is its only argument, so that `ps` tells which todo5 it is.
 */
export function startProcess(
  entry: ProcessEntry,
  configuration: object,
  onMessage: (message: unknown) => void,
): StartedProcess {
  const words = join(entry.stateDir, 'logs', 'start.log')
  const output = openSync(words, 'w', 0o600)
  let child: ChildProcess
  try {
    child = spawn(process.execPath, [entry.script, entry.stateDir], {
      // Not the folder of the shell: that must stay free to be unmounted or removed.
      cwd: '/',
      env: entry.env,
      detached: true,
      stdio: ['pipe', output, output, 'ipc'],
      windowsHide: true,
    })
  } finally {
    closeSync(output)
  }
  const exited = new Promise<{code: number | null; signal: NodeJS.Signals | null}>((resolve) => {
    child.once('exit', (code, signal) => resolve({code, signal}))
    child.once('error', () => resolve({code: -1, signal: null}))
  })
  child.on('message', (message) => onMessage(message))
  // A process that died at once leaves a broken pipe; its exit tells more.
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(JSON.stringify(configuration))
  return {
    pid: child.pid,
    exited,
    stop: (signal = 'SIGTERM') => void child.kill(signal),
    release: () => {
      if (child.connected) child.disconnect()
      child.unref()
    },
    lastWords: () => readFileSync(words, 'utf8').trim().slice(-2000),
  }
}
