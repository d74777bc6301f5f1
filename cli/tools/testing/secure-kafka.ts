import {randomBytes} from 'node:crypto'
import {readFile, realpath, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {kafkaProgram, type KafkaOptions} from '../../supervisor/host/kafka.ts'
import type {Program} from '../../supervisor/host/program.ts'
import {runProgram} from '../run-program.ts'

export interface SecureKafkaOptions extends KafkaOptions {
  /** Asks for TLS and SCRAM; `port` asks for nothing, to see that the broker is ready. */
  readonly securePort: number
  readonly username: string
  readonly password: string
  /** The mechanisms with which the user is known. */
  readonly mechanisms: readonly ('SCRAM-SHA-256' | 'SCRAM-SHA-512')[]
}

/** The certificate that signs the broker, as PEM, once the broker is started. */
export const certificateFile = (folder: string): string => join(folder, 'broker.pem')

/** A broker as Redpanda Cloud is: TLS, and a name and a password by SCRAM. */
export function secureKafkaProgram(options: SecureKafkaOptions): Program {
  const {folder, java} = options
  const program = kafkaProgram(options)
  return {
    ...program,
    // Its settings and its storage are made here: users are written into the storage when it is formatted.
    prepare: async (signal) => {
      await program.prepare?.(signal)
      const settings = join(folder, 'server.properties')
      const plain = await readFile(settings, 'utf8')
      const log = join(folder, 'secure-log')
      const secure = withSecureListener(plain, options, log)
      await writeFile(settings, secure, {mode: 0o600})
      await makeCertificate(java, folder)
      const users = options.mechanisms.flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=${options.username},password=${options.password}]`,
      ])
      // With `=`: every 64th id begins with a dash.
      const id = `--cluster-id=${randomBytes(16).toString('base64url')}`
      const tool = ['kafka.tools.StorageTool', 'format', id, '-c', settings]
      await run(java, ['-Xmx256m', '-cp', join(options.libs, '*'), ...tool, ...users])
    },
  }
}

function withSecureListener(settings: string, options: SecureKafkaOptions, log: string): string {
  const {folder, securePort} = options
  const address = `SASL_SSL://127.0.0.1:${securePort}`
  return [
    settings
      .replace(/^(listeners=.*|advertised\.listeners=.*)$/gmu, `$1,${address}`)
      .replace(/^(listener\.security\.protocol\.map=.*)$/mu, '$1,SASL_SSL:SASL_SSL')
      .replace(/^log\.dirs=.*$/mu, `log.dirs=${log}`)
      .trimEnd(),
    `sasl.enabled.mechanisms=${options.mechanisms.join(',')}`,
    ...options.mechanisms.map(
      (mechanism) =>
        `listener.name.sasl_ssl.${mechanism.toLowerCase()}.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;`,
    ),
    'ssl.keystore.type=PKCS12',
    `ssl.keystore.location=${join(folder, 'broker.p12')}`,
    `ssl.keystore.password=${STORE_PASSWORD}`,
    '',
  ].join('\n')
}

const STORE_PASSWORD = 'of-a-test'

/** keytool comes with every Java, openssl not with every machine. */
async function makeCertificate(java: string, folder: string): Promise<void> {
  const keytool = join(dirname(await realpath(java)), 'keytool')
  const store = ['-keystore', join(folder, 'broker.p12'), '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD]
  const key = ['-alias', 'broker', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-dname', 'CN=broker']
  await run(keytool, ['-genkeypair', ...store, ...key, '-ext', 'SAN=ip:127.0.0.1', '-ext', 'BC=ca:true'])
  await run(keytool, ['-exportcert', '-rfc', '-alias', 'broker', ...store, '-file', certificateFile(folder)])
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const {exitCode, stdout, stderr} = await runProgram(command, [...args], {timeoutMs: 120_000})
  if (exitCode !== 0)
    throw new Error(`${command} ended with ${exitCode}: ${`${stdout}\n${stderr}`.trim().slice(-2000)}`)
}
