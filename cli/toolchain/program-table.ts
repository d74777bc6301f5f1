/** What is obtained together. Java is only looked for. */
export type Bundle = 'dapr' | 'kafka' | 'java' | 'zipkin' | 'prometheus'

export const PROGRAMS = ['daprd', 'scheduler', 'sentry', 'kafka', 'java', 'zipkin', 'prometheus', 'promtool'] as const
export type ProgramName = (typeof PROGRAMS)[number]

/** The newest of a range is excluded. Versions are compared by their first three numbers. */
export interface Range {
  readonly from: string
  readonly before: string
}

export interface BundleFacts {
  readonly title: string
  readonly programs: readonly ProgramName[]
  /** The stack does not start without it. */
  readonly needed: boolean
  /** What is good when it is on the PATH. */
  readonly accepts: Range
  /** The version by official release, and by registry; undefined = there is no such way. */
  readonly release?: string
  readonly registry?: string
}

/**
 * One table of versions, each with its reason.
 *
 * Dapr: 1.18.3 is what the suite runs on, and the newest whose modules can be built from the Go module proxy alone.
 * The release is 1.18.5: the same line, and its scheduler no longer exits when a job is deleted or overwritten as it
 * fires. 1.19 commits the offset of an event whose retries are used up; it is accepted, and not what is fetched.
 * Kafka: 4.4.0, by both ways; from 4.0 on there is KRaft only, which is what the rendered configuration is for.
 * Java: Kafka's brokers want 17.
 * Zipkin: 3.6.1; its publisher's place for releases is Maven Central.
 * Prometheus: 3.13.5, by both ways; it can be built without the clients of all clouds. 2.40 is the oldest that reads the
 * rendered configuration, and Debian 12 has 2.42.
 */
export const BUNDLES: Readonly<Record<Bundle, BundleFacts>> = {
  dapr: {
    title: 'Dapr',
    programs: ['daprd', 'scheduler', 'sentry'],
    needed: true,
    accepts: {from: '1.18.3', before: '1.20.0'},
    release: '1.18.5',
    registry: '1.18.3',
  },
  kafka: {
    title: 'Kafka',
    programs: ['kafka'],
    needed: true,
    accepts: {from: '4.0.0', before: '5.0.0'},
    release: '4.4.0',
    registry: '4.4.0',
  },
  java: {title: 'Java', programs: ['java'], needed: true, accepts: {from: '17.0.0', before: '1000.0.0'}},
  zipkin: {
    title: 'Zipkin',
    programs: ['zipkin'],
    needed: false,
    accepts: {from: '3.0.0', before: '4.0.0'},
    release: '3.6.1',
    registry: '3.6.1',
  },
  prometheus: {
    title: 'Prometheus',
    programs: ['prometheus', 'promtool'],
    needed: false,
    accepts: {from: '2.40.0', before: '4.0.0'},
    release: '3.13.5',
    registry: '3.13.5',
  },
}

export const ALL_BUNDLES = Object.keys(BUNDLES) as readonly Bundle[]

export const bundleOf = (program: ProgramName): Bundle =>
  ALL_BUNDLES.find((bundle) => BUNDLES[bundle].programs.includes(program))!

/** Dapr 1.18.3 asks for durabletask-go 0.12.4, which the Go module proxy may refuse; this one is of 1.18.2. Workflows only. */
export const DURABLETASK_FOR_BUILD = 'v0.12.2-0.20260720132056-79042da5fe61'
/** Kafka 4.4 logs through SLF4J 1.7 and Log4j 2. */
export const LOG4J_FOR_KAFKA = '2.25.5'
export const MAVEN_DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'

/** Where a program is in the folder of its bundle. */
export function placeOf(program: ProgramName, platform: NodeJS.Platform): string {
  if (program === 'kafka') return 'libs'
  if (program === 'zipkin') return 'zipkin.jar'
  return platform === 'win32' ? `${program}.exe` : program
}
