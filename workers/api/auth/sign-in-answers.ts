import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppContext } from "../context.ts";
import { challengeCookie, valueIn } from "./cookies.ts";
import { setCookies, type AuthAnswer } from "./forward.ts";

export const AuthUser = z
  .object({ id: z.string(), name: z.string(), email: z.string(), admin: z.boolean() })
  .openapi("User");

export const SignedIn = z
  .object({
    token: z.string().meta({ description: "The session's bearer token. Browsers get a cookie and need not keep it." }),
    user: AuthUser,
  })
  .openapi("SignedIn");

export const SecondFactorNeeded = z
  .object({
    twoFactor: z.literal(true),
    challenge: z.string().meta({
      description: "To be sent with the code, within ten minutes. Browsers get it as a cookie and need not keep it.",
    }),
  })
  .openapi("SecondFactorNeeded");

/** Hands out the session that better-auth began. */
export function signedIn(c: Context<AppContext>, { body, cookies, token }: AuthAnswer): z.infer<typeof SignedIn> {
  setCookies(c, cookies);
  c.header("cache-control", "no-store");
  const { user } = z.object({ user: AuthUser }).parse(body);
  return SignedIn.parse({ token, user });
}

/** As `signedIn`, where the account may ask for a second factor: then nothing but the challenge is handed out. */
export function signedInOrChallenged(
  c: Context<AppContext>,
  answer: AuthAnswer,
): z.infer<typeof SignedIn> | z.infer<typeof SecondFactorNeeded> {
  const { twoFactorRedirect } = z.object({ twoFactorRedirect: z.boolean().optional() }).parse(answer.body);
  if (!twoFactorRedirect) return signedIn(c, answer);
  setCookies(c, answer.cookies);
  c.header("cache-control", "no-store");
  return {
    twoFactor: true,
    challenge: z
      .string()
      .min(1)
      .parse(valueIn(answer.cookies, challengeCookie(c.req.url))),
  };
}
