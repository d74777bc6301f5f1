import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {rename, rm} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {extract} from 'tar'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {compareWithLock, recordInLock} from './checksum-lock.ts'
import {download, downloadText} from './download.ts'
import {type Bundle, BUNDLES} from './program-table.ts'
import {publisherChecksum} from './publisher-checksum.ts'
import {type ReleaseFile, releaseOf} from './releases.ts'
import {ReleaseUnavailable} from './release-unavailable.ts'
import type {Obtaining} from './toolchain.ts'

/**
 * Downloads, verifies and unpacks the official release of a bundle.
 * @throws ReleaseUnavailable when it cannot be had; CliError when what came is not what the publisher says
 */
export async function obtainRelease(bundle: Bundle, obtaining: Obtaining): Promise<void> {
  const release = releaseOf(bundle, obtaining.toolchain)
  if (release === undefined) {
    const {platform, arch} = obtaining.toolchain
    throw new ReleaseUnavailable(`${BUNDLES[bundle].title} has no release for ${platform}-${arch}`)
  }
  for (const file of release.files) {
    await obtainFile(bundle, file, release.bases, obtaining)
  }
}

async function obtainFile(
  bundle: Bundle,
  file: ReleaseFile,
  bases: readonly string[],
  obtaining: Obtaining,
): Promise<void> {
  for (const [index, base] of bases.entries()) {
    try {
      const checksum = await askChecksum(`${base}/${file.checksums}`, file, obtaining)
      const got = await fetchVerified({bundle, file, url: `${base}/${file.path}`, checksum}, obtaining)
      await unpack(got, file, obtaining)
      await rm(got, {force: true})
      return
    } catch (error) {
      const another = error instanceof ReleaseUnavailable && error.gone && index + 1 < bases.length
      if (!another) throw error
    }
  }
}

async function askChecksum(url: string, file: ReleaseFile, {signal}: Obtaining): Promise<string> {
  const text = await downloadText(url, {signal})
  const digits = publisherChecksum(text, basename(file.path), file.algorithm)
  if (digits === undefined) throw new ReleaseUnavailable(`${url} has no checksum of ${basename(file.path)}`)
  return `${file.algorithm}:${digits}`
}

interface Wanted {
  readonly bundle: Bundle
  readonly file: ReleaseFile
  readonly url: string
  readonly checksum: string
}

/** The download, kept in the toolchain's folder so that a later attempt can go on with it. */
async function fetchVerified({bundle, file, url, checksum}: Wanted, obtaining: Obtaining): Promise<string> {
  const {toolchain, signal, say} = obtaining
  const name = `${bundle}/${file.path}`
  await compareWithLock(toolchain.folder, name, checksum)
  const target = join(toolchain.folder, 'downloads', `${bundle}-${file.path.replaceAll('/', '-')}`)
  // The second time from the beginning: what was there before may be the wrong part.
  for (const attempt of [1, 2]) {
    await download(url, target, {
      signal,
      onProgress: (done, total) => say(`downloading ${basename(file.path)}, ${amount(done, total)}`),
    })
    say(`verifying ${basename(file.path)}`)
    const is = await checksumOf(target, file.algorithm, signal)
    if (is === checksum) {
      await recordInLock(toolchain.folder, name, checksum)
      return target
    }
    await rm(target)
    if (attempt === 2) throw wrongChecksum({bundle, url, checksum}, is)
  }
  throw new Error('unreachable')
}

async function unpack(archive: string, file: ReleaseFile, {into, signal, say}: Obtaining): Promise<void> {
  if (file.as !== undefined) {
    await rename(archive, join(into, file.as))
    return
  }
  signal.throwIfAborted()
  say(`unpacking ${basename(file.path)}`)
  let picked = 0
  await extract({
    file: archive,
    cwd: into,
    // As root it would give the files to whoever packed them.
    preserveOwner: false,
    filter: (path, entry) => 'type' in entry && entry.type === 'File' && file.pick?.(path) !== undefined,
    onReadEntry: (entry) => {
      entry.path = file.pick!(entry.path)!
      picked++
    },
  })
  signal.throwIfAborted()
  if (picked === 0) throw new ReleaseUnavailable(`${basename(file.path)} does not hold what it should`)
}

async function checksumOf(path: string, algorithm: string, signal: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path), hash, {signal})
  return `${algorithm}:${hash.digest('hex')}`
}

const wrongChecksum = ({bundle, url, checksum}: Omit<Wanted, 'file'>, is: string): CliError =>
  new CliError(`${url} is not what its publisher's checksum says; it was removed.`, {
    code: 'wrong_checksum',
    exit: EXIT.outsideProgram,
    hints: [
      `wanted ${checksum}`,
      `got    ${is}`,
      ...(BUNDLES[bundle].registry ? ['todo5 toolchain install --from registry        does without it'] : []),
    ],
  })

const MEBIBYTE = 2 ** 20

const amount = (done: number, total: number | undefined): string =>
  total === undefined
    ? `${(done / MEBIBYTE).toFixed(1)} MiB`
    : `${(done / MEBIBYTE).toFixed(1)} of ${(total / MEBIBYTE).toFixed(1)} MiB`
