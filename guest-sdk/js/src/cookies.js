/** The cookies of the request being answered: read from it, written to its answer. */

import { RequestCookies, ResponseCookies as Unchecked } from "@edge-runtime/cookies";

export { RequestCookies };

/** What would end a name or an attribute and begin something that nobody meant to send (RFC 6265, 5.2). */
const NAME_ENDS = /[\0-\x1f\x7f;=]/;
const ATTRIBUTE_ENDS = /[\0-\x1f\x7f;]/;
const TEXTS = ["path", "domain", "sameSite", "priority"];

/** The cookies of one answer. A value is encoded; a name or an attribute that would not stay one is refused. */
export class ResponseCookies extends Unchecked {
  set(...cookie) {
    const [name, attributes] = typeof cookie[0] === "object" ? [cookie[0]?.name, cookie[0]] : [cookie[0], cookie[2]];
    refuseSplit(String(name ?? ""), attributes ?? {});
    return super.set(...cookie);
  }
}

function refuseSplit(name, attributes) {
  if (name === "") throw new TypeError("a cookie has no name; expected one to set");
  const shown = JSON.stringify(name);
  if (NAME_ENDS.test(name)) throw new TypeError(`the cookie ${shown} cannot be set: its name holds ";", "=" or a control character`);
  const split = TEXTS.find((each) => ATTRIBUTE_ENDS.test(String(attributes[each] ?? "")));
  if (split === undefined) return;
  throw new TypeError(`the cookie ${shown} cannot be set: its ${split} ${JSON.stringify(attributes[split])} holds ";" or a control character`);
}

/** What `cookies()` gives a handler: reads see earlier writes, writes go to the answer. */
export class HandlerCookies {
  #scope;
  #read;
  #brought;
  #headers = new Headers();
  #written = new ResponseCookies(this.#headers);

  constructor(scope) {
    this.#scope = scope;
    this.#read = new RequestCookies(new Headers({ cookie: scope.request.headers.get("cookie") ?? "" }));
    this.#brought = this.#read.getAll().map(({ name }) => name);
  }

  get(...query) {
    return this.#read.get(...query);
  }

  getAll(...query) {
    return this.#read.getAll(...query);
  }

  has(name) {
    return this.#read.has(name);
  }

  get size() {
    return this.#read.size;
  }

  [Symbol.iterator]() {
    return this.#read[Symbol.iterator]();
  }

  set(...cookie) {
    this.#refuseLate();
    this.#written.set(...cookie);
    const [first, value] = cookie;
    this.#read.set(typeof first === "string" ? { name: first, value } : { name: first.name, value: first.value });
    return this;
  }

  delete(...query) {
    this.#refuseLate();
    this.#written.delete(...query);
    const [first] = query;
    this.#read.set(typeof first === "string" ? first : first.name, "");
    return this;
  }

  toString() {
    return this.#read.toString();
  }

  /** Adds what was written to the head of an answer, whose own cookies win by name and are as its author wrote them. */
  writeTo(headers) {
    const written = this.#written.getAll();
    if (written.length === 0) return;
    const cookies = new Unchecked(headers);
    const own = cookies.getAll();
    for (const cookie of [...this.#inOrder(written), ...own]) cookies.set(cookie);
  }

  /** Those that the request brought come first, as it brought them. */
  #inOrder(written) {
    const brought = this.#brought.filter((name) => written.some((cookie) => cookie.name === name));
    const others = written.filter(({ name }) => !brought.includes(name));
    return [...brought.map((name) => written.find((cookie) => cookie.name === name)), ...others];
  }

  #refuseLate() {
    if (this.#scope.phase !== "handler") {
      throw new Error("cookies can be set only before the response is finished; set them in the handler itself");
    }
  }
}
