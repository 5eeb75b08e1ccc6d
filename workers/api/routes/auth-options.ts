import { createRoute, z } from "@hono/zod-openapi";
import { hasAccounts } from "../../storage/directory-accounts.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { canHavePasskeys } from "../auth/passkey-ceremonies.ts";
import { json } from "../json-response.ts";
import { router } from "../router.ts";

const AuthOptions = z
  .object({
    signUp: z
      .enum(["open", "closed", "first"])
      .meta({ description: "`first`: nobody has an account yet, and who makes one is the administrator" }),
    passkeys: z.boolean().meta({ description: "Whether passkeys work at this address" }),
    passwordLength: z.object({ min: z.number().int(), max: z.number().int() }),
  })
  .openapi("AuthOptions");

export const authOptionsRoutes = router();

authOptionsRoutes.openapi(
  createRoute({
    method: "get",
    path: "/auth/options",
    security: [],
    tags: ["auth"],
    summary: "Which ways in there are",
    responses: { 200: json(AuthOptions, "What a sign-in page offers") },
  }),
  async (c) => {
    const isFirst = !(await hasAccounts(c.env.DIRECTORY));
    // The first account ends that state at once, so it is never kept.
    c.header("cache-control", isFirst ? "no-store" : "public, max-age=60");
    const signUp = isFirst ? "first" : c.env.SIGN_UP === "open" ? "open" : "closed";
    return c.json({ signUp, passkeys: canHavePasskeys(c.req.url), passwordLength: PASSWORD_LENGTH } as const, 200);
  },
);
