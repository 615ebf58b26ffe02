/** Cookies as `next/headers` and `next/server` hand them out. */

export interface RequestCookie {
  name: string
  value: string
}

export interface CookieOptions {
  domain?: string
  expires?: number | Date
  httpOnly?: boolean
  maxAge?: number
  partitioned?: boolean
  path?: string
  priority?: 'low' | 'medium' | 'high'
  sameSite?: boolean | 'lax' | 'strict' | 'none'
  secure?: boolean
}

export interface ResponseCookie extends RequestCookie, CookieOptions {}

interface Read<Cookie extends RequestCookie> {
  readonly size?: number
  get(name: string): Cookie | undefined
  get(cookie: Pick<Cookie, 'name'>): Cookie | undefined
  getAll(name?: string): Cookie[]
  has(name: string): boolean
  toString(): string
}

/** What the request carries. */
export interface RequestCookies extends Read<RequestCookie> {
  readonly size: number
  [Symbol.iterator](): IterableIterator<[string, RequestCookie]>
  set(name: string, value: string): this
  set(cookie: RequestCookie): this
  delete(names: string | string[]): boolean | boolean[]
  clear(): this
}

/** What the answer sets. */
export interface ResponseCookies extends Read<ResponseCookie> {
  set(name: string, value: string, options?: CookieOptions): this
  set(cookie: ResponseCookie): this
  delete(name: string): this
  delete(cookie: Pick<ResponseCookie, 'name' | 'path' | 'domain'>): this
}

/** What `cookies()` gives: the request's cookies, and those set so far for the answer. */
export interface HandlerCookies extends Read<RequestCookie> {
  readonly size: number
  [Symbol.iterator](): IterableIterator<[string, RequestCookie]>
  set(name: string, value: string, options?: CookieOptions): this
  set(cookie: ResponseCookie): this
  delete(name: string): this
  delete(cookie: Pick<ResponseCookie, 'name' | 'path' | 'domain'>): this
}
