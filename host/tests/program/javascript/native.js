// A route in plain JavaScript, as its author writes it without an SDK: one export for each method of its world.

import { params } from "routelet:route/context@0.2.0";
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from "wasi:http/types@0.2.10";

const bytes = (text) => new TextEncoder().encode(text);

export const get = {
  handle(request, out) {
    const response = new OutgoingResponse(Fields.fromList([["content-type", bytes("text/plain")]]));
    const body = response.body();
    ResponseOutparam.set(out, { tag: "ok", val: response });
    const stream = body.write();
    stream.blockingWriteAndFlush(bytes(`${request.pathWithQuery()}: ${params()[0].values[0]}`));
    stream[Symbol.dispose]();
    OutgoingBody.finish(body, undefined);
  },
};
