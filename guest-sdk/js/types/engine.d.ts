/** The engine that runs JavaScript inside a component, prepared once for all routes. */

/** An engine ready to evaluate scripts. */
export declare class Engine {
  /** The engine of the world `component` in the folder `wit`, from `folder` or put there. */
  static of(wit: string, folder: string): Promise<Engine>
  /** The component that has evaluated `script`. */
  componentOf(script: string, scratch: string): Promise<Uint8Array>
}

/** What the engine said before it gave up. */
export declare class EvaluationError extends Error {}
