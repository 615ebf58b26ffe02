import { type NextRequest, userAgent, userAgentFromString } from "next/server";

export function GET(request: NextRequest) {
  const { isBot, browser, device, engine, os, cpu, ua } = userAgent(request);
  return Response.json({ isBot, browser, device, engine, os, cpu, ua, same: userAgentFromString(ua).browser.name === browser.name });
}
