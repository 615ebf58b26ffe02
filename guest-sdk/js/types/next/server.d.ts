/** `next/server`, as far as it concerns a route handler. */

import type { RequestCookies, ResponseCookies } from './cookies'

/** A URL that can be changed, with the fields Next.js adds to it. */
export declare class NextURL {
  constructor(input: string | URL | NextURL, base?: string | URL)
  href: string
  protocol: string
  host: string
  hostname: string
  port: string
  pathname: string
  search: string
  hash: string
  username: string
  password: string
  readonly origin: string
  readonly searchParams: URLSearchParams
  readonly basePath: string
  readonly buildId: string | undefined
  readonly locale: string
  readonly defaultLocale: string | undefined
  clone(): NextURL
  toString(): string
  toJSON(): string
}

/** A request as a handler gets it. */
export declare class NextRequest extends Request {
  constructor(input: URL | RequestInfo, init?: RequestInit)
  readonly cookies: RequestCookies
  readonly nextUrl: NextURL
}

/** A response as a handler may make it; a plain `Response` does as well. */
export declare class NextResponse<Body = unknown> extends Response {
  constructor(body?: BodyInit | null, init?: ResponseInit)
  readonly cookies: ResponseCookies
  static json<Body>(body: Body, init?: ResponseInit): NextResponse<Body>
  static redirect(url: string | NextURL | URL, init?: number | ResponseInit): NextResponse<unknown>
}

/** Runs `work` once the response is finished. */
export declare function after<T>(work: Promise<T> | (() => T | Promise<T>)): void

/** Waits for a request, which is always there. */
export declare function connection(): Promise<void>

interface Named {
  name?: string
  version?: string
}

/** What a User-Agent field says. */
export interface UserAgent {
  isBot: boolean
  ua: string
  browser: Named & { major?: string }
  device: { model?: string; type?: string; vendor?: string }
  engine: Named
  os: Named
  cpu: { architecture?: string }
}

export declare function userAgent(request: { headers: Headers }): UserAgent
export declare function userAgentFromString(text: string | undefined): UserAgent
