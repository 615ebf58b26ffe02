/** `userAgent(request)`: what the User-Agent field says of the client. */

import parser from "ua-parser-js";

const BOTS =
  /Googlebot|Mediapartners-Google|AdsBot-Google|googleweblight|Storebot-Google|Google-PageRenderer|Google-InspectionTool|Bingbot|BingPreview|Slurp|DuckDuckBot|baiduspider|yandex|sogou|LinkedInBot|bitlybot|tumblr|vkShare|quora link preview|facebookexternalhit|facebookcatalog|Twitterbot|applebot|redditbot|Slackbot|Discordbot|WhatsApp|SkypeUriPreview|ia_archiver/i;

/** What a User-Agent field says. */
export function userAgentFromString(text) {
  return { ...parser(text ?? ""), isBot: text !== undefined && text !== null && BOTS.test(text) };
}

/** What the User-Agent field of a request says. */
export function userAgent({ headers }) {
  return userAgentFromString(headers.get("user-agent") ?? undefined);
}
