import {assertDone, type Run, run, type ServiceManager} from './systemctl.ts'

/** macOS: `No such process` and `Could not find service`. */
const UNKNOWN_SERVICE = [3, 113]

/** launchd, of the user who is logged in or of the system. */
export function launchctl(
  {label, file, uid}: {readonly label: string; readonly file: string; readonly uid: number},
  runs: Run = run,
): ServiceManager {
  const domain = uid === 0 ? 'system' : `gui/${uid}`
  const forget = async (): Promise<void> => {
    const args = ['bootout', `${domain}/${label}`]
    const result = await runs('launchctl', args)
    if (!UNKNOWN_SERVICE.includes(result.exitCode ?? -1)) assertDone('launchctl', args, result)
  }
  return {
    isThere: async () => (await runs('launchctl', ['print', domain])).exitCode === 0,
    enable: async () => {
      // One that is loaded already would be refused.
      await forget()
      const args = ['bootstrap', domain, file]
      assertDone('launchctl', args, await runs('launchctl', args))
    },
    disable: forget,
  }
}
