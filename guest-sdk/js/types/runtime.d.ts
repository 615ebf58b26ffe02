/** What every component made of a route file holds beside it. It is bundled, and imports what a component is given. */

/** The modules that a route file may import, by their names. */
export declare const shared: Record<string, unknown>

/** Answers every request with the module that `load` evaluates. */
export declare function serve(
  load: (module: { exports: object }, exports: object) => void,
  map: { sources: string[]; mappings: string } | null,
  places?: Record<string, string>,
): Promise<void>
