// A lock between processes that set up the same folder.
import {randomBytes} from 'node:crypto'
import * as fs from 'node:fs'
import {dirname, join} from 'node:path'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function ownerOf(lock) {
  try {
    return fs.readFileSync(join(lock, 'owner'), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** One set-up at a time: a folder that holds the pid of who works, and is touched every 2 s while it does. */
export async function whileLocked(lock, work) {
  const me = `${process.pid} ${randomBytes(8).toString('hex')}`
  fs.mkdirSync(dirname(lock), {recursive: true})
  for (let told = false; !tryLock(lock, me); await sleep(200)) {
    if (!told) process.stderr.write('Waiting for another set-up of this folder to finish …\n')
    told = true
  }
  const release = () => ownerOf(lock) === me && fs.rmSync(lock, {recursive: true, force: true})
  const beat = setInterval(() => fs.utimesSync(lock, new Date(), new Date()), 2000)
  process.once('exit', release)
  await work()
  clearInterval(beat)
  release()
}

function tryLock(lock, me) {
  try {
    fs.mkdirSync(lock)
    fs.writeFileSync(join(lock, 'owner'), me)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const owner = ownerOf(lock)
  const age = Date.now() - (fs.statSync(lock, {throwIfNoEntry: false})?.mtimeMs ?? Date.now())
  // Without an owner it is being made; a pid that lives but does not touch it belongs to some other program by now.
  if (age < 60_000 && (owner === undefined ? age < 5000 : isAlive(Number.parseInt(owner, 10)))) return false
  const aside = `${lock}.${randomBytes(4).toString('hex')}`
  try {
    fs.renameSync(lock, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
  // Somebody else removed the stale one first, and this is theirs.
  if (ownerOf(aside) !== owner) {
    fs.renameSync(aside, lock)
    return false
  }
  fs.rmSync(aside, {recursive: true, force: true})
  return tryLock(lock, me)
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
