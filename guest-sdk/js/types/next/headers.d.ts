/** `next/headers`: the head of the request being answered. */

import type { HandlerCookies } from './cookies'

/** The header fields, to be read only. */
export type ReadonlyHeaders = Omit<Headers, 'append' | 'set' | 'delete'>

export type ReadonlyRequestCookies = HandlerCookies

export interface DraftMode {
  readonly isEnabled: boolean
  enable(): void
  disable(): void
}

/** The cookies: read from the request, written to the answer. */
export declare function cookies(): Promise<ReadonlyRequestCookies>
export declare function headers(): Promise<ReadonlyHeaders>
export declare function draftMode(): Promise<DraftMode>
