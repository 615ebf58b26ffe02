/**
 * What the engine's own classes get wrong or leave out, put right before anything else is evaluated; each module
 * below says what it concerns. Where they are right already, nothing changes.
 */

import { mendBodies } from "./engine/bodies.js";
import { mendCrypto } from "./engine/crypto.js";
import { mendFetch } from "./engine/fetching.js";
import { mendRequests } from "./engine/requests.js";
import { mendResponses } from "./engine/responses.js";
import { mendSignals } from "./engine/signals.js";
import { mendStreams } from "./engine/streams.js";
import { mendText } from "./engine/text.js";
import { mendTimers } from "./engine/timers.js";
import { mendURLs } from "./engine/urls.js";

let isMended = false;

/** Puts it right, once. */
export function mendEngine() {
  if (isMended) return;
  isMended = true;
  mendStreams();
  mendBodies();
  mendRequests();
  mendResponses();
  mendSignals();
  mendFetch();
  mendTimers();
  mendText();
  mendURLs();
  mendCrypto();
}

// Classes of ours extend those of the engine, so this comes before any of them is evaluated.
mendEngine();
