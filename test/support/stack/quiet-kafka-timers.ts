import {withoutTimerWarnings} from '../../../cli/tools/kafka-timer-warnings.ts'

/** For the kafkajs of tests, until their process ends. */
withoutTimerWarnings()
