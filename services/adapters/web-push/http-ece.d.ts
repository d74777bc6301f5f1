/** http_ece comes without types; this is what is used of it. */
declare module 'http_ece' {
  import type {ECDH} from 'node:crypto'

  const ece: {
    encrypt(
      plain: Buffer,
      parameters: {
        version: 'aes128gcm'
        /** base64url: the receiver's public key, its secret, and 16 random bytes. */
        dh: string
        authSecret: string
        salt: string
        privateKey: ECDH
      },
    ): Buffer
  }
  export default ece
}
