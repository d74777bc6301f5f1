import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises'
import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect, test, vi} from 'vitest'
import type {MailboxListResponse} from '../../services/contracts/mailbox.ts'
import {AtLogin} from '../../cli/operations/at-login/at-login.ts'
import {runProgram} from '../../cli/tools/run-program.ts'
import {freePort} from '../../services/database/server/port.ts'
import {sendSignal} from '../../services/database/server/processes.ts'
import {LocalTarget, portOf} from '../support/local-target.ts'

/** As the system starts it: the words of ExecStart, with the unit's environment alone. */
function execStart(unit: string): {args: string[]; env: Record<string, string>} {
  const words = (line: string): string[] =>
    [...line.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map(([, word]) =>
      word!.replaceAll(/\\(.)/gu, '$1').replaceAll('%%', '%'),
    )
  const [start] = unit.split('\n').filter((line) => line.startsWith('ExecStart='))
  const variables = unit.split('\n').filter((line) => line.startsWith('Environment='))
  return {
    args: words(start!),
    env: Object.fromEntries(
      variables.flatMap(words).map((word) => word.split(/=(.*)/su).slice(0, 2) as [string, string]),
    ),
  }
}

test(
  'at login: what was chosen comes back after the machine was off, with its reminders',
  {timeout: 400_000},
  async () => {
    const target = await LocalTarget.create()
    try {
      const bin = target.root.join('bin')
      await mkdir(bin)
      // The outside program that is not under test: says that it runs, and writes down what it is asked.
      const asked = target.root.join('asked')
      await writeFile(
        join(bin, 'systemctl'),
        `#!/bin/sh\ncase "$*" in *is-system-running*) echo running;; *) echo "$*" >> '${asked}';; esac\n`,
      )
      await chmod(join(bin, 'systemctl'), 0o755)
      const port = await freePort()
      const up = await target.up('--port', String(port))
      const atLogin = new AtLogin({
        target: 'local',
        entry: {
          script: 'run.ts',
          env: {HOME: target.root.path, TODO5_HOME: target.root.join('home', 'todo5'), PATH: process.env['PATH']},
        },
        stateDir: target.stateDir,
        root: join(import.meta.dirname, '..', '..'),
        platform: 'linux',
        uid: 1000,
        run: async (program, args) => await runProgram(join(bin, program), args),
      })
      const {file} = await atLogin.on((await target.state()).options)
      expect(file).toBe(target.root.join('.config', 'systemd', 'user', 'todo5-local.service'))
      expect(await readFile(asked, 'utf8')).toBe('--user daemon-reload\n--user enable todo5-local.service\n')
      expect(await atLogin.state()).toEqual({file, missing: []})

      const inFourSeconds = new Date(Date.now() + 4000).toISOString().replace(/\.\d+/u, '')
      await target.call('POST', '/tasks', {
        title: 'Off and on',
        due_at: inFourSeconds,
        reminders: [{offset_seconds: 0}],
      })
      // The power goes.
      const {postgres} = await target.state()
      for (const pid of [up.pid, postgres!.pid!]) sendSignal(pid, 'SIGKILL')
      await vi.waitFor(async () => expect(await target.root.processes()).toEqual([]), {timeout: 90_000})

      const {args, env} = execStart(await readFile(file, 'utf8'))
      await promisify(execFile)(args[0]!, args.slice(1), {env, cwd: '/'})
      expect(portOf((await target.state()).api_url!)).toBe(port)
      const subjects = async (): Promise<string[]> =>
        (await target.json<MailboxListResponse>('mailbox', 'list')).mails.map(({subject}) => subject)
      await vi.waitFor(
        async () => expect((await subjects()).filter((text) => text.includes('Off and on'))).toHaveLength(1),
        {
          timeout: 90_000,
          interval: 200,
        },
      )

      expect(await atLogin.off()).toHaveLength(2)
      expect(await atLogin.state()).toEqual({file: null, missing: []})
      expect(await atLogin.off()).toEqual([])
    } finally {
      await target.dispose()
    }
  },
)
