// One request through a route module, as a handler and its client see it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";

import "../src/engine.js";
import { handle } from "../src/handle.js";
import { cookies, draftMode, headers } from "../src/next/headers.js";
import { forbidden, notFound, permanentRedirect, redirect, unauthorized } from "../src/next/navigation.js";
import { NextResponse, after, userAgent } from "../src/next/server.js";
import { traceBy } from "../src/trace.js";

const said = [];
beforeEach(() => {
  said.length = 0;
  mock.method(console, "error", (line) => said.push(line));
});
afterEach(() => mock.restoreAll());

async function ask(route, init = {}, params = {}) {
  const { url = "http://127.0.0.1:3000/users/42?q=a+b", ...rest } = init;
  const { response, done } = await handle(route, new Request(url, rest), () => params);
  const body = await response.text();
  await done;
  return { status: response.status, headers: response.headers, body, response };
}

describe("what a handler is given", () => {
  it("the request, and params as a promise", async () => {
    const GET = async (request, { params }) => Response.json([request.nextUrl.host, request.nextUrl.searchParams.get("q"), await params, await params]);
    const { body } = await ask({ GET }, {}, { id: "42" });
    assert.equal(body, JSON.stringify(["localhost:3000", "a b", { id: "42" }, { id: "42" }]));
  });

  it("params that are asked for once, and not at all by who does not read them", async () => {
    const asked = [];
    const answerBy = async (GET) => handle({ GET }, new Request("http://localhost/"), () => (asked.push(GET), {}));
    await answerBy(() => new Response(""));
    assert.equal(asked.length, 0);
    await answerBy(async (_, context) => new Response(String((await context.params) === (await context.params))));
    assert.equal(asked.length, 1);
  });

  it("params that may be replaced", async () => {
    const GET = async (_, context) => {
      context.params = await context.params;
      return Response.json(context.params.id);
    };
    assert.equal((await ask({ GET }, {}, { id: "42" })).body, '"42"');
  });

  it("no params of another request", async () => {
    let kept;
    await ask({ GET: (_, context) => ((kept = context), new Response("")) }, {}, { id: "1" });
    await assert.rejects(kept.params, /after the request/);
    await ask({ GET: async () => assert.rejects(kept.params, /after the request/).then(() => new Response("")) }, {}, { id: "2" });
    assert.deepEqual(said, []);
  });

  it("GET for HEAD unless there is a HEAD", async () => {
    const GET = (request) => new Response(null, { headers: { method: request.method } });
    assert.equal((await ask({ GET }, { method: "HEAD" })).headers.get("method"), "HEAD");
    const HEAD = () => new Response(null, { status: 202 });
    assert.equal((await ask({ GET, HEAD }, { method: "HEAD" })).status, 202);
  });

  it("headers to be read only", async () => {
    const GET = async () => {
      const fields = await headers();
      assert.throws(() => fields.set("a", "b"), /Headers cannot be modified/);
      return new Response(fields.get("X-One"));
    };
    assert.equal((await ask({ GET }, { headers: { "x-one": "1" } })).body, "1");
  });

  it("the browser behind a User-Agent", async () => {
    const GET = (request) => Response.json(userAgent(request).isBot);
    assert.equal((await ask({ GET }, { headers: { "user-agent": "Googlebot/2.1" } })).body, "true");
    assert.equal((await ask({ GET })).body, "false");
  });

  it("header fields that can be changed without a trace, the host's name among them", async () => {
    const POST = async (request) => {
      request.headers.set("x-added", "1");
      request.cookies.set("b", "2");
      return Response.json([request.headers.get("x-added"), request.headers.get("host"), request.headers.get("cookie")]);
    };
    const { body } = await ask({ POST }, { method: "POST", headers: { cookie: "a=1" } });
    assert.equal(body, '["1","127.0.0.1:3000","a=1; b=2"]');
  });

  it("a request of which another can be made", async () => {
    const POST = async (request) => {
      const copy = new Request(request, { headers: { "x-one": "1" } });
      return Response.json([await copy.text(), copy.headers.get("x-one"), request.bodyUsed, copy.method]);
    };
    assert.equal((await ask({ POST }, { method: "POST", body: "text" })).body, '["text","1",true,"POST"]');
  });

  it("a signal of its own, which never aborts", async () => {
    const GET = async (request) => Response.json([request.signal instanceof AbortSignal, request.signal.aborted, request.signal === request.signal]);
    assert.equal((await ask({ GET })).body, "[true,false,true]");
  });

  it("no draft, which cannot be asked for", async () => {
    const GET = async () => {
      const draft = await draftMode();
      for (const change of ["enable", "disable"]) assert.throws(() => draft[change](), new RegExp(`draftMode\\(\\)\\.${change}\\(\\)\` is not offered by routelet yet`));
      return Response.json(draft.isEnabled);
    };
    assert.equal((await ask({ GET }, { headers: { cookie: "__prerender_bypass=1" } })).body, "false");
  });

  it("a form whose file keeps its bytes", async () => {
    const POST = async (request) => {
      const file = (await request.formData()).get("f");
      return Response.json([file.name, file.type, file.size, await file.text()]);
    };
    const form = new FormData();
    form.append("f", new File(["hello"], "ü.txt", { type: "text/x" }));
    assert.equal((await ask({ POST }, { method: "POST", body: form })).body, '["ü.txt","text/x",5,"hello"]');
  });
});

describe("what a handler returns or throws", () => {
  const failures = [
    ["nothing", () => undefined, /GET failed: TypeError: GET returned undefined; expected a Response/],
    ["a plain object", () => ({ a: 1 }), /GET returned a plain object/],
    ["text", () => "text", /GET returned a string/],
    ["an error", () => { throw new Error("boom"); }, /GET failed: Error: boom/],
    ["a thrown response", () => { throw new Response("x"); }, /an instance of Response was thrown/],
    ["rewrite", () => NextResponse.rewrite("http://a/"), /rewrite\(\) is meant for a proxy/],
    ["next", () => NextResponse.next(), /next\(\) is meant for a proxy/],
    ["an unfit redirect", () => NextResponse.redirect("/relative"), /goes to an absolute URL, found "\/relative"/],
  ];
  for (const [what, GET, expected] of failures) {
    it(`${what} is 500 with an empty body and a line in the log`, async () => {
      const { status, body, headers } = await ask({ GET });
      assert.deepEqual([status, body, headers.get("content-type")], [500, "", null]);
      assert.match(said[0], expected);
    });
  }

  it("says where the handler is whose answer is none", async () => {
    traceBy(null, { GET: "app/users/route.ts:7" });
    try {
      const used = async () => {
        const response = new Response("x");
        await response.text();
        return response;
      };
      const rows = [
        [() => ({}), "GET returned a plain object; expected a Response, or a promise of one (at app/users/route.ts:7)"],
        [() => {}, "GET returned undefined; expected a Response, or a promise of one (at app/users/route.ts:7)"],
        [used, "GET returned a Response whose body is being read already (at app/users/route.ts:7)"],
        [() => NextResponse.next(), "NextResponse.next() is meant for a proxy; a route handler answers itself (at app/users/route.ts:7)"],
      ];
      for (const [GET, expected] of rows) {
        said.length = 0;
        await ask({ GET });
        assert.equal(said[0].split("\n")[0], `GET failed: TypeError: ${expected}`);
      }
    } finally {
      traceBy(null);
    }
  });

  const meant = [
    [() => redirect("/login"), 307, "/login"],
    [() => permanentRedirect("https://a.example/;b"), 308, "https://a.example/;b"],
    [() => notFound(), 404, null],
    [() => unauthorized(), 401, null],
    [() => forbidden(), 403, null],
    [() => NextResponse.redirect("https://a.example/x", 303), 303, "https://a.example/x"],
  ];
  for (const [GET, status, location] of meant) {
    it(`${GET} is ${status}`, async () => {
      const answer = await ask({ GET });
      assert.deepEqual([answer.status, answer.headers.get("location"), answer.body], [status, location, ""]);
      assert.deepEqual(said, []);
    });
  }

  it("a redirect after a form is 303, so that it is not sent again", async () => {
    const POST = () => permanentRedirect("/x");
    for (const [type, status] of [
      ["application/x-www-form-urlencoded", 303],
      ["multipart/form-data; boundary=x", 303],
      ["application/json", 308],
    ]) {
      assert.equal((await ask({ POST }, { method: "POST", body: "a=1", headers: { "content-type": type } })).status, status);
    }
  });

  it("a body that breaks before it begins is 500", async () => {
    const GET = () => new Response(new ReadableStream({ pull() { throw new Error("too early"); } }));
    assert.equal((await ask({ GET })).status, 500);
    assert.match(said[0], /GET failed: Error: too early/);
  });

  it("a response that has been read or is an error is none", async () => {
    const used = async () => {
      const response = new Response("x");
      await response.text();
      return response;
    };
    for (const GET of [used, () => Response.error()]) assert.equal((await ask({ GET })).status, 500);
  });

  it("a body may be anything that can be iterated over", async () => {
    const GET = () => new Response((async function* () { yield "a"; yield "ü"; })());
    assert.equal((await ask({ GET })).body, "aü");
  });

  it("fields that are the host's are left out", async () => {
    const GET = () => new Response("abc", { headers: { "content-length": "7", "content-encoding": "x", etag: '"1"' } });
    const { headers } = await ask({ GET });
    assert.deepEqual([headers.get("content-length"), headers.get("content-encoding"), headers.get("etag")], [null, null, '"1"']);
  });

  it("text in a stream is sent as UTF-8", async () => {
    const stream = () => new ReadableStream({ start(to) { to.enqueue("ä"); to.enqueue(new Uint8Array([33])); to.close(); } });
    assert.equal((await ask({ GET: () => new Response(stream()) })).body, "ä!");
  });
});

describe("cookies", () => {
  it("reads see earlier writes, and writes reach the answer beside its own", async () => {
    const GET = async () => {
      const jar = await cookies();
      jar.set("a", "1", { httpOnly: true }).set("b", "2");
      assert.equal(jar.get("a").value, "1");
      const response = new Response("x");
      response.headers.append("set-cookie", "b=own; Path=/p");
      return response;
    };
    const { headers } = await ask({ GET }, { headers: { cookie: "z=9" } });
    assert.deepEqual(headers.getSetCookie(), ["b=own; Path=/p", "a=1; Path=/; HttpOnly"]);
  });

  it("survive a redirect", async () => {
    const GET = async () => {
      (await cookies()).set("a", "1");
      redirect("/x");
    };
    assert.deepEqual((await ask({ GET })).headers.getSetCookie(), ["a=1; Path=/"]);
  });

  it("are lost where nothing is found or something fails", async () => {
    for (const end of [() => notFound(), () => { throw new Error("boom"); }]) {
      const GET = async () => {
        (await cookies()).set("a", "1");
        end();
      };
      assert.deepEqual((await ask({ GET })).headers.getSetCookie(), []);
    }
  });

  it("that the request brought come first, and one that is deleted reads as empty", async () => {
    const GET = async () => {
      const jar = await cookies();
      jar.set("new", "1").set("b", "2").delete("a");
      assert.deepEqual([jar.get("a").value, jar.has("a")], ["", true]);
      return new Response("");
    };
    const names = (await ask({ GET }, { headers: { cookie: "a=1; b=1" } })).headers.getSetCookie().map((line) => line.split("=")[0]);
    assert.deepEqual(names, ["a", "b", "new"]);
  });

  it("deleting one expires it", async () => {
    const GET = async () => {
      (await cookies()).delete("a");
      return new Response("");
    };
    const { headers } = await ask({ GET }, { headers: { cookie: "a=1" } });
    assert.deepEqual(headers.getSetCookie(), ["a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
  });
});

describe("a cookie that would not stay one is refused", () => {
  const rows = [
    [["a b; Path=/x", "1"], /^the cookie "a b; Path=\/x" cannot be set: its name holds ";", "=" or a control character$/],
    [[{ name: "a=1; HttpOnly", value: "" }], /the cookie "a=1; HttpOnly" cannot be set: its name/],
    [["a\r\nset-cookie: b", "1"], /the cookie "a\\r\\nset-cookie: b" cannot be set: its name/],
    [["", "1"], /a cookie has no name/],
    [["a", "1", { path: "/; Domain=b.example" }], /the cookie "a" cannot be set: its path "\/; Domain=b.example" holds ";"/],
    [["a", "1", { domain: "a.example; Secure" }], /the cookie "a" cannot be set: its domain/],
    [[{ name: "a", value: "1", sameSite: "lax; Path=/" }], /the cookie "a" cannot be set: its sameSite/],
    [["a", "1", { priority: "low; Path=/" }], /the cookie "a" cannot be set: its priority/],
  ];
  for (const [cookie, message] of rows) {
    it(JSON.stringify(cookie), async () => {
      const GET = async () => {
        const jars = [await cookies(), new NextResponse("").cookies];
        for (const jar of jars) assert.throws(() => jar.set(...cookie), { name: "TypeError", message });
        return new Response("refused");
      };
      const { body, headers } = await ask({ GET });
      assert.deepEqual([body, headers.getSetCookie()], ["refused", []]);
    });
  }

  it("by delete as well", async () => {
    const { cookies } = new NextResponse("");
    assert.throws(() => cookies.delete({ name: "a", path: "/; Secure" }), /its path "\/; Secure"/);
    assert.throws(() => cookies.delete("a;b"), /the cookie "a;b" cannot be set/);
  });

  it("whatever its value, which is encoded", async () => {
    const GET = async () => {
      (await cookies()).set("a", "1; Path=/x\r\n=");
      return new Response("");
    };
    assert.deepEqual((await ask({ GET })).headers.getSetCookie(), ["a=1%3B%20Path%3D%2Fx%0D%0A%3D; Path=/"]);
  });
});

describe("after", () => {
  it("runs once the body is finished, nested calls too, whatever fails", async () => {
    const order = [];
    const GET = () => {
      after(() => {
        order.push("one");
        after(() => order.push("nested"));
      });
      after(async () => {
        await assert.rejects((async () => (await cookies()).set("a", "1"))(), /before the response is finished/);
        throw new Error("late");
      });
      return new Response(new ReadableStream({ start(to) { order.push("body"); to.enqueue("x"); to.close(); } }));
    };
    await ask({ GET });
    assert.deepEqual(order, ["body", "one", "nested"]);
    assert.match(said[0], /after failed: Error: late/);
  });

  it("outside a request there is nothing to do it after", () => {
    assert.throws(() => after(() => {}), /outside a request/);
  });
});
