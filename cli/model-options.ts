import type {ModelOptions} from '../services/contracts/local.ts'
import {usageError} from './errors.ts'
import {fileOrValue} from './file-or-value.ts'

/** As the flags of `up` give it. */
interface ModelFlags {
  readonly 'model-url'?: string | undefined
  readonly 'model-name'?: string | undefined
  readonly 'model-key'?: string | undefined
  readonly 'model-timeout'?: number | undefined
}

const TIMEOUT_SECONDS = 60

/** The language model of the flags; null for none. `argv`: where a key must not stand, for everybody reads arguments. */
export async function modelOptionsOf(flags: ModelFlags, argv: readonly string[]): Promise<ModelOptions | null> {
  const {'model-url': url, 'model-name': name, 'model-key': key, 'model-timeout': seconds} = flags
  const typed = argv.find((word, place) => word.startsWith('--model-key=') || argv[place - 1] === '--model-key')
  if (typed !== undefined && !typed.replace(/^--model-key=/u, '').startsWith('@')) {
    throw usageError(
      'A key in the arguments can be read by everybody on this machine.',
      'secret_in_arguments',
      '--model-key @FILE, or the variable TODO5_MODEL_KEY',
    )
  }
  if (url === undefined && name === undefined && key === undefined && seconds === undefined) return null
  if (url === undefined || name === undefined || name.trim() === '') {
    throw usageError(
      'A language model needs --model-url and --model-name.',
      'model_incomplete',
      '--model-url http://127.0.0.1:11434/v1 --model-name qwen3:4b',
    )
  }
  return {url: checkedUrl(url), name, key: await fileOrValue(key), timeout_seconds: seconds ?? TIMEOUT_SECONDS}
}

function checkedUrl(text: string): string {
  const url = URL.parse(text)
  const isFit = url !== null && ['http:', 'https:'].includes(url.protocol) && url.search === '' && url.hash === ''
  if (isFit && url.username === '' && url.password === '') return text
  throw usageError(
    '--model-url is no address such as http://127.0.0.1:11434/v1.',
    'invalid_model_url',
    'http or https, up to and with /v1; a key goes into --model-key @FILE',
  )
}
