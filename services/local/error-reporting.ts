import type {ErrorReporter} from '../ports/error-reporter.ts'
import {APPLICATION_VERSION} from '../runtime/application-version.ts'
import {ErrorReports} from '../runtime/error-reports.ts'
import type {Logger} from '../runtime/logger.ts'

const SEND_REPORTS_MS = 2000

export interface LocalErrorReports {
  /** What the logger of a service tells of its errors. */
  of(service: string): ErrorReports
  /** Sends what is under way. */
  close(): Promise<void>
}

/** Reports of all services in one process, each under its own name. What sends them is loaded only here. */
export async function openErrorReports(dsn: string, logger: Logger): Promise<LocalErrorReports> {
  const {createSentryErrorReporter} = await import('../adapters/sentry/error-reporter.ts')
  const reporters: ErrorReporter[] = []
  return {
    of(service) {
      const reporter = createSentryErrorReporter({
        dsn,
        service,
        release: APPLICATION_VERSION,
        onFailure: (error) => logger.warn({error}, 'Sentry did not take a report'),
      })
      reporters.push(reporter)
      const reports = new ErrorReports()
      reports.connect(reporter)
      return reports
    },
    close: async () => void (await Promise.all(reporters.map(async (reporter) => reporter.close(SEND_REPORTS_MS)))),
  }
}
