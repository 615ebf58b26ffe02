/**
 * `next/cache`. Nothing is cached yet, so whatever is marked stale already is, and a function that may be cached
 * runs each time.
 */

import { scope } from "../scope.js";

function nothingToDo(api) {
  return () => {
    scope(api);
  };
}

function onlyInActions(api) {
  return () => {
    throw new Error(`\`${api}\` can only be called in a Server Action, not in a route handler`);
  };
}

export const revalidatePath = nothingToDo("revalidatePath");
export const revalidateTag = nothingToDo("revalidateTag");
export const unstable_noStore = nothingToDo("unstable_noStore");
export const updateTag = onlyInActions("updateTag");
export const refresh = onlyInActions("refresh");

/** The function itself, whose results are not kept. */
export function unstable_cache(work) {
  return async (...given) => work(...given);
}
