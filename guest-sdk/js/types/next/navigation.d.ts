/** `next/navigation`, as far as it concerns a route handler. Each function ends the handler. */

export declare const RedirectType: { readonly push: 'push'; readonly replace: 'replace' }
export type RedirectType = 'push' | 'replace'

/** Answers 307 with this `Location`. */
export declare function redirect(url: string, type?: RedirectType): never
/** Answers 308 with this `Location`. */
export declare function permanentRedirect(url: string, type?: RedirectType): never
/** Answers 404. */
export declare function notFound(): never
/** Answers 401. */
export declare function unauthorized(): never
/** Answers 403. */
export declare function forbidden(): never
/** Throws again what one of these has thrown. */
export declare function unstable_rethrow(thrown: unknown): void
