import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError, type ErrorCode } from "../../../protocol/errors.ts";
import { SubscribeRequest, Subscription } from "../../../protocol/push.ts";
import { isLiveCredential } from "../../storage/directory-identities.ts";
import { followedBy } from "../../storage/directory-members.ts";
import { TICKET_HEADER } from "../../sync-do/tickets.ts";
import type { Subscriber, TicketOutcome } from "../../sync-do/push.ts";
import type { Env } from "../../env.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { router } from "../router.ts";
import { openTicket, signTicket } from "../ticket-signature.ts";
import { userSync } from "../user-sync.ts";

const subscribe = createRoute({
  method: "post",
  path: "/sync/subscribe",
  tags: ["sync"],
  summary: "Register this device, and get a ticket for its WebSocket",
  description:
    "The ticket is good once, for 60 seconds. Open the socket at `url`, then pull `GET /sync/changes` up to date: " +
    "nothing is missed. A device is its credential's: `forbidden` says that it is that of a token that lives, or of a " +
    "session and this is a token. `device_revoked` says that the device's owner wants it gone.",
  middleware: [limitBody(16 * 1024), requireScope("read")] as const,
  request: { body: jsonBody(SubscribeRequest) },
  responses: { 200: json(Subscription, "A ticket, and where it opens a socket") },
});

const socket = createRoute({
  method: "get",
  path: "/sync/socket",
  security: [],
  tags: ["sync"],
  summary: "The device's WebSocket",
  description:
    "A WebSocket (RFC 6455); the ticket is all that it asks for, and a browser's page must be this server's own. The " +
    "server sends `changes`, `poke` and `chunks`, the client `ack` and `chunks`, as JSON texts; to the text `ping` the " +
    "answer is `pong`. A second message of changes comes after the first was acknowledged, or not at all. Close codes: " +
    "4401 revoked, 4408 expired (subscribe again), 4409 replaced by another socket of the device.",
  request: { query: z.object({ ticket: z.string().min(1).max(2_000) }) },
  responses: { 101: { description: "The socket is open" } },
});

export const subscribeRoutes = router();

subscribeRoutes.openapi(subscribe, async (c) => {
  const { caller, home } = c.var;
  const { device } = c.req.valid("json");
  const outcome = await register(c.env, device, {
    user: caller.userId,
    space: home.spaceId,
    credential: caller.credentialId,
    via: caller.via,
    credentialExpiresAt: caller.expiresAt,
    mayWrite: caller.scopes.has("write"),
  });
  if (!outcome.ok) throw new LedgeError(outcome.code, outcome.heldBy && "the device is another session's or token's");
  // Revoked while this request was under way, after what it left for `disconnect` to find: nobody gets the ticket.
  if (!(await isLiveCredential(c.env.DIRECTORY, caller, Date.now()))) throw new LedgeError("unauthenticated");
  await follow(c.env, caller.userId);
  const ticket = await signTicket(c.env.AUTH_SECRET, outcome.claims);
  const url = new URL("/api/sync/socket", c.req.url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("ticket", ticket);
  return c.json({ ticket, url: url.href, expiresAt: outcome.claims.expiresAt }, 200);
});

/** Registers a device; one that is a token's once more where that token is no longer live. */
async function register(env: Env, device: SubscribeRequest["device"], subscriber: Subscriber): Promise<TicketOutcome> {
  const object = userSync(env, subscriber.user);
  const outcome = await object.subscribe(device, subscriber, null);
  if (outcome.ok || outcome.heldBy?.via !== "token") return outcome;
  const { via, credential } = outcome.heldBy;
  if (await isLiveCredential(env.DIRECTORY, { via, credentialId: credential }, Date.now())) return outcome;
  return object.subscribe(device, subscriber, credential);
}

/**
 * Has the account's sockets hear of what changes in others' folders that it has (M8): before there is a socket, so that who
 * pulls after it opened misses nothing. Without it the device still pulls; it fails nothing.
 */
async function follow(env: Env, account: string): Promise<void> {
  try {
    const folders = await followedBy(env.DIRECTORY, account);
    if (folders.length === 0) return;
    const object = userSync(env, account);
    // A membership that ended meanwhile was looked for, by who ended it, before it was followed.
    if (await object.follow(account, folders)) await object.follow(account, await followedBy(env.DIRECTORY, account));
  } catch (error) {
    console.warn("shared folders are not followed", { account, error: String(error) });
  }
}

subscribeRoutes.openapi(socket, async (c) => {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
    // RFC 9110, 15.5.22: a 426 names the protocol.
    c.header("Upgrade", "websocket");
    throw new LedgeError("upgrade_required");
  }
  const origin = c.req.header("origin");
  if (origin !== undefined && origin !== new URL(c.req.url).origin) throw new LedgeError("origin_not_allowed");
  const claims = await openTicket(c.env.AUTH_SECRET, c.req.valid("query").ticket, Date.now());
  if (claims === null) throw new LedgeError("invalid_ticket");
  const headers = { upgrade: "websocket", [TICKET_HEADER]: JSON.stringify(claims) };
  const answer = await userSync(c.env, claims.user).fetch(c.req.url, { headers });
  if (answer.status !== 101) throw new LedgeError((await answer.json<{ code: ErrorCode }>()).code);
  return answer;
});
