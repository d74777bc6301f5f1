import {randomBytes} from 'node:crypto'
import {access, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {runProgram} from '../../tools/run-program.ts'
import {kafkaAnswers} from './answers.ts'
import {LOOPBACK} from './ports.ts'
import type {Program} from './program.ts'

export interface KafkaOptions {
  readonly java: string
  /** Folder with Kafka's jars. */
  readonly libs: string
  /** Its own: data, settings. */
  readonly folder: string
  readonly logFile: string
  readonly port: number
  readonly controllerPort: number
  /** Of the Java heap; the process takes some 120 MB more. */
  readonly heapMb: number
}

/** One Kafka broker that is its own controller (KRaft), on the loopback address, without authentication. */
export function kafkaProgram(options: KafkaOptions): Program {
  const {java, libs, folder, logFile, port, heapMb} = options
  const settings = join(folder, 'server.properties')
  const logging = join(folder, 'log4j2.properties')
  const classes = ['-cp', join(libs, '*'), `-Dlog4j2.configurationFile=${logging}`]
  // A small collector and few threads: it serves one machine. -Xshare shortens the start.
  const jvm = ['-XX:+UseSerialGC', '-Xshare:auto', '-Djava.net.preferIPv4Stack=true']
  return {
    name: 'kafka',
    command: java,
    args: [`-Xms${heapMb}m`, `-Xmx${heapMb}m`, ...jvm, ...classes, 'kafka.Kafka', settings],
    env: {LANG: 'C.UTF-8'},
    folder,
    logFile,
    // After a kill -9 the controller holds the dead broker's session for 9 s, and logs are recovered.
    readyWithinMs: 180_000,
    stopWithinMs: 30_000,
    prepare: async (signal) => {
      await writeFile(logging, LOGGING, {mode: 0o600})
      await writeFile(settings, properties(options, join(folder, 'log')), {mode: 0o600})
      if (!(await isFormatted(folder))) await format(options, ['-Xmx256m', ...jvm, ...classes], signal)
    },
    isReady: async () => await kafkaAnswers(port),
  }
}

const isFormatted = async (folder: string): Promise<boolean> =>
  await access(join(folder, 'log', 'meta.properties')).then(
    () => true,
    () => false,
  )

/** Complete or not at all: into a folder beside the log's place, which is then renamed. */
async function format(options: KafkaOptions, jvm: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const {java, folder} = options
  const [made, settings] = [join(folder, 'log.new'), join(folder, 'format.properties')]
  await rm(made, {recursive: true, force: true})
  await rm(join(folder, 'log'), {recursive: true, force: true})
  await writeFile(settings, properties(options, made), {mode: 0o600})
  // With `=`: every 64th id begins with a dash.
  const id = `--cluster-id=${randomBytes(16).toString('base64url')}`
  const tool = ['kafka.tools.StorageTool', 'format', id, '-c', settings]
  const {exitCode, stdout, stderr} = await runProgram(java, [...jvm, ...tool], {
    cwd: folder,
    timeoutMs: 120_000,
    ...(signal && {signal}),
  })
  if (exitCode !== 0) {
    throw new Error(
      `Kafka's storage could not be made (exit ${exitCode}): ${`${stdout}\n${stderr}`.trim().slice(-2000)}`,
    )
  }
  await rename(made, join(folder, 'log'))
}

const properties = ({port, controllerPort}: KafkaOptions, logDir: string): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': logDir,
    // A topic that nobody made on purpose would have the wrong number of partitions.
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // The first consumer need not wait 3 s for others.
    'group.initial.rebalance.delay.ms': 0,
    // The default of 128 MB does not fit the heap.
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
  })
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')

/** Lines as todo5's own services write them. */
const LOGGING = String.raw`rootLogger.level=WARN
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=INFO
rootLogger.appenderRefs=c
rootLogger.appenderRef.c.ref=C
appender.c.type=Console
appender.c.name=C
appender.c.layout.type=PatternLayout
appender.c.layout.alwaysWriteExceptions=false
appender.c.layout.pattern={"timestamp":"%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}{UTC}","level":"%p","service":"kafka","user_id":null,"event_id":null,"message":"%enc{%m%throwable}{JSON}","logger":"%c"}%n
`
