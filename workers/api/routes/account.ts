import { createRoute, z } from "@hono/zod-openapi";
import { renameAccount } from "../../storage/directory-accounts.ts";
import { readQuota } from "../../storage/owners.ts";
import { DisplayName } from "../../../protocol/display-name.ts";
import { requireScope, requireSession } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { router } from "../router.ts";

const bytes = z.number().int().nonnegative();
const Account = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    admin: z.boolean(),
    quota: z.object({
      quota: bytes.meta({ description: "Bytes that the account may hold" }),
      used: bytes.meta({ description: "Bytes of its distinct chunks" }),
      reserved: bytes.meta({ description: "Bytes announced by open uploads" }),
    }),
    home: z.object({ space: z.string(), root: z.string() }),
  })
  .openapi("Account");

const tags = ["account"];
const answer = { description: "The account", content: { "application/json": { schema: Account } } };

export const accountRoutes = router();

accountRoutes.openapi(
  createRoute({
    method: "get",
    path: "/account",
    tags,
    summary: "Profile, quota and home space of the caller",
    middleware: [requireScope("read")] as const,
    responses: { 200: answer },
  }),
  async (c) => {
    const { caller, home } = c.var;
    const { userId: id, email, name, admin } = caller;
    const quota = await readQuota(home.shard.db, id);
    return c.json({ id, email, name, admin, quota, home: { space: home.spaceId, root: home.rootId } }, 200);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/account",
    tags,
    summary: "Change the profile",
    middleware: [limitBody(16 * 1024), requireSession()] as const,
    request: {
      body: { content: { "application/json": { schema: z.object({ name: DisplayName }) } }, required: true },
    },
    responses: { 200: answer },
  }),
  async (c) => {
    const { caller, home } = c.var;
    const { userId: id, email, admin } = caller;
    const { name } = c.req.valid("json");
    await renameAccount(c.env.DIRECTORY, id, name, Date.now());
    const quota = await readQuota(home.shard.db, id);
    return c.json({ id, email, name, admin, quota, home: { space: home.spaceId, root: home.rootId } }, 200);
  },
);
