import {variable} from '../runtime/environment.ts'

export const CHAT_API_VARIABLES = {
  /** The port for everybody; PORT is for the sidecar. */
  PUBLIC_PORT: variable.port(),
  PUBLIC_HOST: variable.text().optional(),
  PUBLIC_URL: variable.origin(),
  BETTER_AUTH_SECRET: variable.secret(32),
  /** While it is changed: the next one, accepted and not used yet, and the one before, accepted until sessions have ended. */
  BETTER_AUTH_SECRET_NEXT: variable.secret(32).optional(),
  BETTER_AUTH_SECRET_PREVIOUS: variable.secret(32).optional(),
  TRUSTED_ORIGINS: variable.list().optional(),
  TRUSTED_PROXY_HOPS: variable.integer(0, 10).optional(),
  REQUESTS_PER_MINUTE: variable.integer(1, 1_000_000).optional(),
  ALLOW_SIGN_UP: variable.yesOrNo().optional(),
  /** The vendor's component for the chat of the web app: both or neither. */
  CHATKIT_SCRIPT_URL: variable.url('https:').optional(),
  CHATKIT_DOMAIN_KEY: variable.text().optional(),
  /** A mailbox process, whose mails operators see under /api/v1/mailbox. */
  MAILBOX_URL: variable.origin().optional(),
  /** A language model for the chat: an OpenAI-compatible address, to which /chat/completions is added. */
  MODEL_URL: variable.url('http:', 'https:').optional(),
  MODEL_NAME: variable.text().optional(),
  MODEL_KEY: variable.secret(1).optional(),
  MODEL_TIMEOUT_SECONDS: variable.integer(1, 600).optional(),
  /** A user of this machine, an operator; the key is kept in LOCAL_KEY_PATH. */
  LOCAL_USER_EMAIL: variable.text().optional(),
  LOCAL_USER_NAME: variable.text().optional(),
  LOCAL_USER_TIME_ZONE: variable.text().optional(),
  LOCAL_KEY_PATH: variable.text().optional(),
}
