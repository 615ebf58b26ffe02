/**
 * What every component made of a route file holds beside it: the modules it may import, by name, and `serve`. The
 * file itself is bundled apart and reaches these modules through `shared`.
 */

import "./engine.js";

import * as buffer from "buffer";

import * as asyncHooks from "./node/async_hooks.js";
import * as crypto from "./node/crypto.js";
import * as process from "./node/process.js";
import * as timers from "./node/timers.js";
import * as url from "./node/url.js";
import * as util from "./node/util.js";
import * as nextCache from "./next/cache.js";
import * as nextHeaders from "./next/headers.js";
import * as nextNavigation from "./next/navigation.js";
import * as nextServer from "./next/server.js";

export { serve } from "./serve.js";

/** By the name a route file imports them under. */
export const shared = {
  "next/cache": nextCache,
  "next/headers": nextHeaders,
  "next/navigation": nextNavigation,
  "next/server": nextServer,
  async_hooks: asyncHooks,
  buffer,
  crypto,
  process,
  timers,
  url,
  util,
};
