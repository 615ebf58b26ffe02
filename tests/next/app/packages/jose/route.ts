import { SignJWT, decodeJwt, jwtVerify } from "jose";

const secret = new TextEncoder().encode("a secret of thirty-two characters");

export async function POST(request: Request) {
  const { user } = await request.json();
  const token = await new SignJWT({ user }).setProtectedHeader({ alg: "HS256" }).setIssuedAt(1_700_000_000).setExpirationTime(4_000_000_000).sign(secret);
  return Response.json({ token, decoded: decodeJwt(token) });
}

export async function GET(request: Request) {
  const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
  try {
    const { payload } = await jwtVerify(token, secret);
    return Response.json({ user: payload.user });
  } catch (thrown) {
    return Response.json({ code: (thrown as { code: string }).code }, { status: 401 });
  }
}
