/**
 * `next/cache`. Nothing is cached yet, so whatever is marked stale already is, and a function that may be cached
 * runs each time; whoever counts on more finds it in the log.
 */

import { notice } from "../notice.js";
import { scope } from "../scope.js";
import { UNDONE } from "./undone.js";

function nothingToDo(api) {
  return () => {
    scope(api);
    if (api in UNDONE) notice(UNDONE[api]);
  };
}

function onlyInActions(api) {
  return () => {
    throw new Error(`\`${api}\` can only be called in a Server Action, not in a route handler`);
  };
}

export const cacheLife = nothingToDo("cacheLife");
export const cacheTag = nothingToDo("cacheTag");
export const unstable_cacheLife = nothingToDo("unstable_cacheLife");
export const unstable_cacheTag = nothingToDo("unstable_cacheTag");
export const revalidatePath = nothingToDo("revalidatePath");
export const revalidateTag = nothingToDo("revalidateTag");
export const unstable_noStore = nothingToDo("unstable_noStore");
export const updateTag = onlyInActions("updateTag");
export const refresh = onlyInActions("refresh");

/** The function itself, whose results are not kept. */
export function unstable_cache(work) {
  return async (...given) => {
    notice(UNDONE.unstable_cache);
    return work(...given);
  };
}
