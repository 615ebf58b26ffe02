/** @type {import("next").NextConfig} */
export default {
  // `unauthorized()` and `forbidden()` are an experiment there, and simply offered by routelet.
  experimental: { authInterrupts: true },
  // Compression is no matter of handlers.
  compress: false,
  poweredByHeader: false,
  // What is compared are answers; types are checked by editors.
  typescript: { ignoreBuildErrors: true },
};
