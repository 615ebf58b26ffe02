import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { after } from "next/server";

import { thrownBy } from "@/lib/cases";

export async function GET(request: Request) {
  const name = new URL(request.url).searchParams.get("name");
  after(() => console.log(`after-first ${name}`));
  after(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log(`after-second ${name}`);
    after(() => console.log(`after-nested ${name}`));
  });
  after(Promise.resolve().then(() => console.log(`after-promise ${name}`)));
  after(async () => {
    const read = [(await cookies()).get("a")?.value, (await headers()).get("x-name")];
    const set = await thrownBy(async () => (await cookies()).set("late", "1"));
    console.log(`after-reads ${name} ${read} ${set}`);
  });
  after(() => {
    throw new Error(`after-fails ${name}`);
  });
  return new Response("answered");
}

export async function POST() {
  after(() => console.log("after-redirect done"));
  redirect("/docs/hello");
}

export async function PUT() {
  after(() => console.log("after-throw done"));
  throw new Error("thrown");
}

export async function PATCH() {
  return Response.json({ thrown: await thrownBy(() => after(7 as never)) });
}
