/** `request.nextUrl`: a URL that can be changed, with the fields Next.js adds to it. */

const LOCAL = /^(127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A URL whose loopback addresses read `localhost`. */
export class NextURL {
  #url;

  constructor(input, base) {
    this.#url = input instanceof NextURL ? new URL(input.href) : new URL(String(input), base && String(base));
    if (LOCAL.test(this.#url.hostname)) this.#url.hostname = "localhost";
  }

  get buildId() {
    return undefined;
  }

  get basePath() {
    return "";
  }

  get locale() {
    return "";
  }

  get defaultLocale() {
    return undefined;
  }

  get domainLocale() {
    return undefined;
  }

  get searchParams() {
    return this.#url.searchParams;
  }

  get origin() {
    return this.#url.origin;
  }

  clone() {
    return new NextURL(this);
  }

  toString() {
    return this.#url.href;
  }

  toJSON() {
    return this.#url.href;
  }

  static {
    const parts = ["href", "protocol", "host", "hostname", "port", "pathname", "search", "hash", "username", "password"];
    for (const part of parts) {
      Object.defineProperty(this.prototype, part, {
        enumerable: true,
        configurable: true,
        get() {
          return this.#part(part);
        },
        set(value) {
          this.#change(part, value);
        },
      });
    }
  }

  #part(name) {
    return this.#url[name];
  }

  #change(name, value) {
    this.#url[name] = value;
  }
}
