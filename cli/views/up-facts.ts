/** What every `todo5 up --json` says; nothing secret. */
export const upFacts = (up: {
  readonly already: boolean
  readonly restarted: string | null
  readonly seconds: number
  readonly state: {
    readonly version: string
    readonly pid: number
    readonly started_at: string
    readonly api_url: string | null
    readonly mailbox_url: string | null
    readonly smtp_port: number | null
    readonly postgres_version: string | null
  }
}) => ({
  already_running: up.already,
  restarted: up.restarted,
  took_seconds: Math.round(up.seconds * 1000) / 1000,
  version: up.state.version,
  pid: up.state.pid,
  started_at: up.state.started_at,
  api_url: up.state.api_url,
  mailbox_url: up.state.mailbox_url,
  smtp_port: up.state.smtp_port,
  postgres_version: up.state.postgres_version,
})
