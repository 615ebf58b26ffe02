import { answering } from "@/lib/cases";

const parts = (url: URL) => [url.protocol, url.username, url.password, url.host, url.port, url.pathname, url.search, url.hash, url.origin];

export const GET = answering({
  parts: () => parts(new URL("HTTPS://user:p%40ss@EXAMPLE.com:443/a/../b%20c/./d?x=1&y=ü#frag ment")),
  relative: () => ["b", "/b", "../b", "?q", "#h", "//other/x", ""].map((path) => new URL(path, "https://a.example/x/y?z").href),
  ports: () => ["http://a:80", "https://a:80", "http://a:0080", "http://a:65535"].map((url) => new URL(url).port),
  invalid: () => new URL("not a url"),
  "invalid-host": () => new URL("http://a b/"),
  parse: () => [URL.canParse("nope"), URL.canParse("/a", "https://b"), URL.parse("nope") === null, URL.parse("https://a/b")?.pathname],
  idn: () => new URL("https://bücher.example/straße").href,
  ipv4: () => new URL("http://0x7f.1/").hostname,
  ipv6: () => new URL("http://[2001:DB8:0:0::1]:8080/").host,
  encode: () => new URL('https://a/ "<>`{}|\\^%?q=\'"<>#"<>`').href,
  opaque: () => parts(new URL("mailto:ada@example.com?subject=x")),
  data: () => new URL("data:text/plain,hi there").pathname,
  file: () => new URL("file:///a/b/../c").href,
  change: () => {
    const url = new URL("https://a.example/x");
    url.pathname = "a b";
    url.search = "q=ü";
    url.hash = "h";
    url.port = "8443";
    url.username = "me";
    return url.href;
  },
  "search-live": () => {
    const url = new URL("https://a.example/?a=1");
    url.searchParams.append("b", "2 3");
    url.searchParams.delete("a");
    return url.search;
  },
  json: () => JSON.stringify({ url: new URL("https://a.example/x y") }),
  tabs: () => new URL(" https://a.exa\tmple/\n ").href,
  tag: () => Object.prototype.toString.call(new URL("https://a")),
});
