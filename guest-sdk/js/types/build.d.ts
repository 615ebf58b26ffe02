/** One route file to one component. */

import type { Engine } from './engine'

/** What the author of a route has to mend or to know, as a bundler would say it. */
export interface Finding {
  text: string
  /** Relative to the site. */
  file: string | null
  line: number | null
  column: number | null
  lineText: string
}

export interface Job {
  /** The site, absolute. */
  site: string
  /** The route file, relative to it. */
  source: string
  /** What runs it. */
  engine: Engine
  /** A folder for what is needed meanwhile. */
  scratch: string
  /** Where the component goes. */
  output: string
}

/** Why a route became no component. */
export declare class RouteError extends Error {
  constructor(findings: Finding[])
  readonly findings: Finding[]
}

/** Builds it, and tells which files it was made of and what is worth a warning. */
export declare function buildRoute(job: Job): Promise<{ inputs: string[]; warnings: Finding[] }>
