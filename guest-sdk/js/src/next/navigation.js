/** `next/navigation`, as far as it concerns a route handler. */

export {
  RedirectType,
  forbidden,
  notFound,
  permanentRedirect,
  redirect,
  unauthorized,
  unstable_rethrow,
} from "../signals.js";
