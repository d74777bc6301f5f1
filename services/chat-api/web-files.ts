import {createHash} from 'node:crypto'
import {readFile, readdir} from 'node:fs/promises'
import {extname, join} from 'node:path'
import {promisify} from 'node:util'
import {brotliCompress, constants, gzip} from 'node:zlib'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

export interface WebFile {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  /** Absent where compressing gains nothing. */
  readonly br?: Buffer
  readonly gzip?: Buffer
}

type Change = (path: string, content: Buffer) => Buffer

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
const IS_COMPRESSED = new Set(['.png', '.woff2'])
/** Below it the answer's head weighs more than what is saved. */
const WORTHWHILE_BYTES = 1000

/**
 * The built web app by path, such as `/assets/index-Bx3.js`; empty when it is not built. It stays in memory: a megabyte.
 * Each is compressed once, when it is first asked for.
 */
export class WebFiles {
  readonly #folder: string
  readonly #change: Change
  readonly #files = new Map<string, Promise<WebFile | undefined>>()

  /** `change` has each file as it is read, and says what is served. */
  constructor(folder: string, change: Change = (_path, content) => content) {
    this.#folder = folder
    this.#change = change
  }

  /** Undefined: there is none. */
  async get(path: string): Promise<WebFile | undefined> {
    const names = await this.#names()
    if (!names.has(path)) return undefined
    const known = this.#files.get(path)
    if (known) return known
    const loading = this.#load(path)
    this.#files.set(path, loading)
    // A build under way; the next request looks again.
    loading.catch(() => this.#files.delete(path))
    return loading
  }

  #listed: Promise<ReadonlySet<string>> | undefined

  /** What may be asked for: never a path of the file system from a client. */
  async #names(): Promise<ReadonlySet<string>> {
    this.#listed ??= listed(this.#folder)
    const names = await this.#listed
    if (names.size === 0) this.#listed = undefined
    return names
  }

  async #load(path: string): Promise<WebFile | undefined> {
    const plain = this.#change(path, await readFile(join(this.#folder, path)))
    const extension = extname(path)
    const file = {
      type: TYPES[extension] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      plain,
    }
    if (IS_COMPRESSED.has(extension) || plain.length < WORTHWHILE_BYTES) return file
    const quality = {params: {[constants.BROTLI_PARAM_QUALITY]: 9}}
    const [br, gzip] = await Promise.all([brotli(plain, quality), zip(plain, {level: 9})])
    return {...file, br, gzip}
  }
}

async function listed(folder: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    const files = entries.filter((entry) => entry.isFile())
    return new Set(files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set()
    throw error
  }
}
