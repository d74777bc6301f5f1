import {freePort} from '../port.ts'
import {isAlive} from '../processes.ts'
import {serverAccount} from '../account.ts'
import {findBinaries} from '../binaries.ts'
import {superviseServer} from '../supervise.ts'
import {fast, password, query} from './temp-cluster.ts'

// Run by a test, as root or not: becomes an ordinary user when asked to (the modules are loaded by then, so it works
// from a clone below /root too), runs the server's whole life, and prints what it saw.
const {dataRoot, packageRoot, uid, gid, umask} = JSON.parse(process.argv[2]!) as {
  dataRoot: string
  packageRoot: string
  uid?: number
  gid?: number
  umask: number
}
process.umask(umask)
if (uid !== undefined && gid !== undefined) {
  process.setgroups!([])
  process.setgid!(gid)
  process.setuid!(uid)
}
const dataDir = `${dataRoot}/data`
const account = await serverAccount(dataDir)
const binaries = await findBinaries({dataRoot, account, packageRoot})
const start = async () =>
  await superviseServer({dataRoot, packageRoot, dataDir, port: await freePort(), password, settings: fast, sync: false})

const first = await start()
await query(first.url(), 'create table kept as select 1 as n')
const killed = first.pid()!
const back = new Promise((resolve) => first.events.once('ready', resolve))
process.kill(killed, 'SIGKILL')
await back
await query(first.url(), 'insert into kept values (2)')
await first.stop()
const second = await start()
const rows = await query(second.url(), 'select n from kept order by n')
const pid = second.pid()!
await second.stop()
process.stdout.write(JSON.stringify({uid: process.getuid?.(), binDir: binaries.binDir, rows, alive: isAlive(pid)}))
