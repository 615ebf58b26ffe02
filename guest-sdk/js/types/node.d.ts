/**
 * What Node.js names that a route may use, as far as handlers commonly do. Where `@types/node` is installed it is
 * left out.
 */

declare var process: {
  /** Variables and secrets that the policy grants. */
  readonly env: Record<string, string | undefined> & { readonly NODE_ENV: string }
  nextTick(work: (...given: unknown[]) => void, ...given: unknown[]): void
  uptime(): number
  cwd(): string
}

type BufferEncoding = 'utf8' | 'utf-8' | 'hex' | 'base64' | 'base64url' | 'latin1' | 'binary' | 'ascii'

interface Buffer extends Uint8Array {
  toString(encoding?: BufferEncoding, start?: number, end?: number): string
  equals(other: Uint8Array): boolean
  write(text: string, offset?: number): number
}

declare var Buffer: {
  from(text: string, encoding?: BufferEncoding): Buffer
  from(bytes: ArrayBufferLike | ArrayLike<number>): Buffer
  alloc(size: number, fill?: number | string): Buffer
  concat(parts: readonly Uint8Array[], length?: number): Buffer
  byteLength(text: string, encoding?: BufferEncoding): number
  isBuffer(value: unknown): value is Buffer
}

declare module 'node:crypto' {
  type Binary = string | ArrayBufferView
  interface Hash {
    update(bytes: Binary, encoding?: BufferEncoding): this
    digest(): Buffer
    digest(encoding: 'hex' | 'base64' | 'base64url'): string
  }
  export function createHash(algorithm: string): Hash
  export function createHmac(algorithm: string, key: Binary): Hash
  export function timingSafeEqual(one: ArrayBufferView, other: ArrayBufferView): boolean
  export function randomUUID(): `${string}-${string}-${string}-${string}-${string}`
  export function randomBytes(size: number): Buffer
  export function randomInt(max: number): number
  export function randomInt(min: number, max: number): number
  export const webcrypto: Crypto
}

declare module 'crypto' {
  export * from 'node:crypto'
}

declare module 'node:buffer' {
  const buffer: typeof Buffer
  export { buffer as Buffer }
}
