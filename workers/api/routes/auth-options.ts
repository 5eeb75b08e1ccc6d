import { createRoute, z } from "@hono/zod-openapi";
import { mailOf } from "../../mail/mail.ts";
import { readSignUpTerms } from "../../storage/directory-settings.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { canHavePasskeys } from "../auth/passkey-ceremonies.ts";
import { json } from "../json-response.ts";
import { router } from "../router.ts";

const AuthOptions = z
  .object({
    signUp: z.enum(["open", "invitation", "closed", "first"]).meta({
      description:
        "`invitation`: for who was invited to a shared folder, with that email. `first`: nobody has an account yet, " +
        "and who makes one is the administrator",
    }),
    passkeys: z.boolean().meta({ description: "Whether passkeys work at this address" }),
    mail: z
      .boolean()
      .meta({ description: "Whether this server sends mail: without it, no forgotten password is reset" }),
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
    const { isFirst, policy } = await readSignUpTerms(c.env, "", Date.now());
    // The first account ends that state at once, so it is never kept.
    c.header("cache-control", isFirst ? "no-store" : "public, max-age=60");
    const signUp = isFirst ? "first" : policy;
    const options = { signUp, passkeys: canHavePasskeys(c.req.url), mail: mailOf(c.env) !== null } as const;
    return c.json({ ...options, passwordLength: PASSWORD_LENGTH }, 200);
  },
);
