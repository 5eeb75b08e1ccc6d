import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { AccountChanges, AccountSort, ManagedAccount, ManagedAccounts } from "../../../protocol/admin.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import {
  changeAdministrator,
  changeQuota,
  endAllSessions,
  liftSuspension,
  listAccounts,
  positionOf,
  readAccount,
  suspendAccount,
} from "../../storage/directory-admin.ts";
import { decodePagePosition, encodePagePosition } from "../../storage/page-position.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { requireFresh } from "../auth/fresh-session.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { disconnectAllAround, tellAccount } from "../user-sync.ts";

/** Accounts, for the administrator (R1, R2). */

/** A page asks the shards of its accounts, so it is no larger than what a person reads. */
const MAX_ACCOUNTS = 200;

const tags = ["administration"];
const params = z.object({ id: Id });
const EndSessions = z.object({ password: z.string().min(1).max(PASSWORD_LENGTH.max).optional() });

const list = createRoute({
  method: "get",
  path: "/admin/accounts",
  tags,
  summary: "All accounts, page by page",
  description: "For the administrator only.",
  middleware: requireAdministrator(),
  request: {
    query: z.object({
      search: z.string().trim().max(200).default("").meta({ description: "Part of a name or an email, or an id" }),
      sort: AccountSort.default("newest"),
      cursor: PageQuery.cursor,
      limit: z.coerce.number().int().min(1).max(MAX_ACCOUNTS).default(50),
    }),
  },
  responses: { 200: json(ManagedAccounts, "A page of accounts") },
});

const change = createRoute({
  method: "patch",
  path: "/admin/accounts/{id}",
  tags,
  summary: "Change an account's quota, suspend it, or make it an administrator",
  description:
    "A suspended account has no sessions, its tokens and links are refused and its shared folders are `not_found` to " +
    "others; its data stays. One cannot suspend oneself, and one administrator stays. Takes a session of the last 24 " +
    "hours, or the caller's password. For the administrator only.",
  middleware: [limitBody(16 * 1024), requireAdministrator()] as const,
  request: { params, body: jsonBody(AccountChanges) },
  responses: {
    200: json(ManagedAccount, "The account as it is now"),
    409: { description: "`last_administrator`" },
  },
});

const endSessions = createRoute({
  method: "delete",
  path: "/admin/accounts/{id}/sessions",
  tags,
  summary: "Sign an account out everywhere; its tokens stay",
  description:
    "Takes a session of the last 24 hours, or the caller's password, in a JSON body. For the administrator only.",
  middleware: [limitBody(16 * 1024), requireAdministrator()] as const,
  request: { params, body: { ...jsonBody(EndSessions), required: false as const } },
  responses: {
    204: { description: "Its sessions are refused from their next request on, and its sockets are closed" },
  },
});

const Position = z.tuple([z.literal("accounts"), AccountSort, z.string(), z.string()]);

export const adminAccountRoutes = router()
  .openapi(list, async (c) => {
    const { search, sort, cursor, limit } = c.req.valid("query");
    const [, sortedBy, ...after] = cursor === undefined ? [] : decodePagePosition(Position, cursor);
    if (sortedBy !== undefined && sortedBy !== sort)
      throw new LedgeError("invalid_cursor", "the page cursor is of another order");
    const position = after.length === 2 ? after : undefined;
    const rows = await listAccounts(c.env, { search, sort, after: position, limit: limit + 1 });
    const accounts = rows.slice(0, limit);
    const last = rows.length > limit ? accounts.at(-1) : undefined;
    const next = last
      ? encodePagePosition<z.infer<typeof Position>>(["accounts", sort, ...positionOf(sort, last)])
      : null;
    return c.json({ accounts, next }, 200);
  })
  .openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const { quota, suspended, admin, password } = c.req.valid("json");
    const { caller } = c.var;
    if (suspended === true && id === caller.userId) throw new LedgeError("forbidden", "nobody suspends themselves");
    await requireFresh(c, password);
    await requireAccount(c, id);
    const now = Date.now();
    if (quota !== undefined) await changeQuota(c.env, caller, id, quota, now);
    if (admin !== undefined && !(await changeAdministrator(c.env.DIRECTORY, caller, id, admin, now)))
      throw new LedgeError("last_administrator");
    if (suspended === true) await suspend(c, id, now);
    if (suspended === false) await liftSuspension(c.env.DIRECTORY, caller, id, now);
    if (quota !== undefined || admin !== undefined) tellAccount(c, id, "account");
    return c.json(await requireAccount(c, id), 200);
  })
  .openapi(endSessions, async (c) => {
    const { id } = c.req.valid("param");
    await requireFresh(c, c.req.valid("json").password);
    await requireAccount(c, id);
    await disconnectAllAround(c.env, id, () => endAllSessions(c.env.DIRECTORY, c.var.caller, id, Date.now()));
    return c.body(null, 204);
  });

async function requireAccount(c: Context<AppContext>, id: string): Promise<ManagedAccount> {
  const account = await readAccount(c.env, id);
  if (!account) throw new LedgeError("not_found", "there is no such account");
  return account;
}

/** @throws LedgeError `last_administrator` */
async function suspend(c: Context<AppContext>, id: string, now: number): Promise<void> {
  const end = () => suspendAccount(c.env.DIRECTORY, c.var.caller, id, now);
  if (!(await disconnectAllAround(c.env, id, end))) throw new LedgeError("last_administrator");
}
