/** Where the programs of the real stack lie. All paths are absolute; null = that optional program is not there. */
export interface StackPrograms {
  readonly daprd: string
  readonly scheduler: string
  readonly sentry: string
  /** The folder with Kafka's jars: `java -cp '<kafkaLibs>/*' kafka.Kafka …`. */
  readonly kafkaLibs: string
  /** The `java` program itself, version 17 or newer. */
  readonly java: string
  /** The executable jar of Zipkin: `java -jar <zipkinJar>`. */
  readonly zipkinJar: string | null
  readonly prometheus: string | null
}
