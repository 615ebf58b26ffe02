/**
 * `node:async_hooks`: `AsyncLocalStorage` alone. An instance answers one request at a time, so what `run` sets may
 * stay visible to all that the handler does until `run` has ended.
 */

export class AsyncLocalStorage {
  #store = undefined;

  run(store, work, ...given) {
    const before = this.#store;
    this.#store = store;
    const restore = () => {
      this.#store = before;
    };
    let result;
    try {
      result = work(...given);
    } catch (thrown) {
      restore();
      throw thrown;
    }
    if (typeof result?.then === "function") return result.finally(restore);
    restore();
    return result;
  }

  enterWith(store) {
    this.#store = store;
  }

  exit(work, ...given) {
    return this.run(undefined, work, ...given);
  }

  getStore() {
    return this.#store;
  }

  disable() {
    this.#store = undefined;
  }
}

export default { AsyncLocalStorage };
