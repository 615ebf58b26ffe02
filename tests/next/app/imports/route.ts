import "server-only";

import prices from "~prices";
import posts from "@/lib/prices.json";
import { twice } from "@/lib/common.cjs";
import Counter, * as everything from "../../lib/plain.js";
import { sibling } from "./sibling";
import type { User } from "@/lib/users";

export async function GET() {
  const counter = new Counter();
  counter.next();
  const { findUser } = await import("@/lib/users");
  const user: User | undefined = findUser("1");
  return Response.json({
    lamp: prices.lamp,
    same: posts.desk === prices.desk,
    twice: twice(21),
    count: counter.next(),
    names: Object.keys(everything).sort(),
    plain: everything.plain("text"),
    sibling: sibling(),
    user,
  });
}
