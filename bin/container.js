// The entry of the container image: container.js SERVICE, where `cli` is the command line itself: container.js cli task list.
// Runs as process 1 or below an init.
import {fileURLToPath} from 'node:url'

const [name, ...rest] = process.argv.slice(2)

/** Process 1 is not ended by a signal that it has no handler for; the command line has one only while it has to tidy up. */
function endBySignal() {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ]) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(code)
    })
  }
}

if (name === 'cli') {
  endBySignal()
  process.argv.splice(1, 2, fileURLToPath(new URL('run.js', import.meta.url)))
  await import('./run.js')
} else if (name === undefined || name.startsWith('-')) {
  process.stderr.write(
    'Name what to run: all, task-service, recurring-task-service, notification-service, audit-service, chat-api, mailbox,\nmigrate, operator-key, verify, or cli with a command of todo5, such as: cli doctor\n',
  )
  process.exitCode = 2
} else if (name === 'verify' && rest.length === 0) {
  // Uses the todo5 of TODO5_API_URL and TODO5_API_KEY as a person would; says so as JSON.
  endBySignal()
  process.argv.splice(1, 2, fileURLToPath(new URL('run.js', import.meta.url)), '__verify', '--json')
  await import('./run.js')
} else if (rest.length > 0) {
  process.stderr.write(`${name} takes no arguments; it is configured by its environment.\n`)
  process.exitCode = 2
} else {
  await import('../dist/services/main.js')
}
