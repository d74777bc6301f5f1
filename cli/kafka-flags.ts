import * as Flags from '@oclif/core/flags'
import {clusterFlags} from './cluster-flags.ts'
import {DAPR_TARGETS} from './operations/dapr-targets.ts'

/** Which Kafka. The password is no flag: everybody on the machine can read command lines. */
export const kafkaFlags = {
  target: Flags.option({
    options: ['local', ...DAPR_TARGETS] as const,
    description: 'Which todo5 (default: the one that runs here).',
  })(),
  brokers: Flags.string({
    helpValue: 'HOST:PORT,…',
    env: 'KAFKA_BROKERS',
    description: 'Where Kafka is (default: of the host target that runs here).',
  }),
  tls: Flags.boolean({allowNo: true, description: 'Encrypt; --sasl does so without it, too.'}),
  'tls-ca': Flags.string({
    helpValue: 'FILE',
    description: 'PEM of the authority that signed the brokers, if it is your own.',
  }),
  sasl: Flags.option({
    options: ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const,
    env: 'KAFKA_SASL_MECHANISM',
    description: 'Sign in with a name and a password; Redpanda wants it.',
  })(),
  username: Flags.string({helpValue: 'NAME', env: 'KAFKA_USERNAME', description: 'Who signs in.'}),
  'password-file': Flags.string({helpValue: 'FILE', description: 'Holds the password (default: KAFKA_PASSWORD).'}),
  ...clusterFlags,
}

/** Which bus: a Kafka, or the one in the database of the local target. */
export const streamFlags = {
  ...kafkaFlags,
  target: Flags.option({
    options: ['local', ...DAPR_TARGETS] as const,
    description: 'Whose events (default: of the todo5 that was started last).',
  })(),
}

export const replicationFlag = {
  replication: Flags.integer({
    min: 1,
    max: 7,
    helpValue: 'N',
    description: 'Copies of each partition (default: 1 on host and minikube, 3 in the cloud).',
  }),
}
