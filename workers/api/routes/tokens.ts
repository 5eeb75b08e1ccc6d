import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { newId } from "../../../protocol/new-id.ts";
import { addToken, listTokens, MAX_TOKENS, removeToken, type TokenInfo } from "../../storage/directory-tokens.ts";
import { newAccessToken, sha256 } from "../auth/access-token.ts";
import { DisplayName } from "../../../protocol/display-name.ts";
import { requireSession } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { router } from "../router.ts";
import { disconnectAround } from "../user-sync.ts";

const Token = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(["read", "write"])),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: "To the hour" }),
  })
  .openapi("Token");
const NewToken = z.object({
  name: DisplayName,
  scopes: z
    .array(z.enum(["read", "write"]))
    .min(1)
    .max(2),
  expiresAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .meta({ description: "Never, where it is left out" }),
});
const MadeToken = Token.extend({ token: z.string().meta({ description: "Shown this once" }) }).openapi("MadeToken");

const tags = ["account"];
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function view(token: TokenInfo): z.infer<typeof Token> {
  const { createdAt, expiresAt, lastUsedAt } = token;
  return {
    ...token,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: iso(expiresAt),
    lastUsedAt: iso(lastUsedAt),
  };
}

export const tokenRoutes = router();

tokenRoutes.openapi(
  createRoute({
    method: "get",
    path: "/account/tokens",
    tags,
    summary: "The account's personal access tokens, without the tokens themselves",
    middleware: [requireSession()] as const,
    responses: {
      200: {
        description: "Newest first",
        content: { "application/json": { schema: z.object({ tokens: z.array(Token) }) } },
      },
    },
  }),
  async (c) => c.json({ tokens: (await listTokens(c.env.DIRECTORY, c.var.caller.userId)).map(view) }, 200),
);

tokenRoutes.openapi(
  createRoute({
    method: "post",
    path: "/account/tokens",
    tags,
    summary: "Make a personal access token",
    middleware: [limitBody(16 * 1024), requireSession()] as const,
    request: { body: { content: { "application/json": { schema: NewToken } }, required: true } },
    responses: {
      201: {
        description: "Keep `token`: it is not shown again",
        content: { "application/json": { schema: MadeToken } },
      },
    },
  }),
  async (c) => {
    const { name, scopes, expiresAt } = c.req.valid("json");
    const now = Date.now();
    const expires = expiresAt ? Date.parse(expiresAt) : null;
    if (expires !== null && expires <= now) throw new LedgeError("invalid_request", "expiresAt: must be in the future");
    const token = newAccessToken();
    const info = {
      id: newId(now),
      name,
      scopes: [...new Set(scopes)].sort(),
      createdAt: now,
      expiresAt: expires,
      lastUsedAt: null,
    };
    if (!(await addToken(c.env.DIRECTORY, c.var.caller.userId, await sha256(token), info))) {
      throw new LedgeError("forbidden", `an account holds at most ${MAX_TOKENS} tokens: delete one first`);
    }
    c.header("cache-control", "no-store");
    return c.json({ ...view(info), token }, 201);
  },
);

tokenRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/account/tokens/{id}",
    tags,
    summary: "Delete a personal access token",
    middleware: [requireSession()] as const,
    request: { params: z.object({ id: Id }) },
    responses: { 204: { description: "It is refused from its next request on, and its sockets are closed" } },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { userId } = c.var.caller;
    const wasThere = await disconnectAround(c.env, userId, [id], () => removeToken(c.env.DIRECTORY, userId, id));
    if (!wasThere) throw new LedgeError("not_found");
    return c.body(null, 204);
  },
);
