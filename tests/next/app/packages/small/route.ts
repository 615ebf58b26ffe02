import { addDays, formatISO, isBefore, parseISO } from "date-fns";
import ms from "ms";
import { customAlphabet, nanoid } from "nanoid";

export async function GET() {
  const day = parseISO("2026-03-04T00:00:00Z");
  return Response.json({
    ms: [ms("2 days"), ms(60_000)],
    ids: [nanoid().length, nanoid(5).length, /^[ab]{4}$/.test(customAlphabet("ab", 4)())],
    dates: [addDays(day, 3).toISOString(), isBefore(day, addDays(day, 1)), formatISO(day, { representation: "date" })],
  });
}
