import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import type { Subscription } from "../../protocol/push.ts";
import { openTicket, signTicket } from "../../workers/api/ticket-signature.ts";
import type { Env } from "../../workers/env.ts";
import { stateOf, tagOf } from "../../workers/sync-do/sockets.ts";
import type { TicketClaims } from "../../workers/sync-do/tickets.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { hibernate, objectOf, sqlIn } from "./support/push-object.ts";
import { connect, settle, subscribe, upgrade } from "./support/push-socket.ts";
import { stateDigest } from "./support/state-digest.ts";

const { AUTH_SECRET } = env as unknown as Env;

async function ticketOf(account: TestAccount, device?: string): Promise<string> {
  return (await (await subscribe(account, device)).json<Subscription>()).ticket;
}

async function claimsOf(ticket: string): Promise<TicketClaims> {
  const claims = await openTicket(AUTH_SECRET, ticket, 0);
  if (!claims) throw new Error("not signed by this server");
  return claims;
}

it("[W1] subscribing answers a ticket for 60 seconds and the socket's address", async () => {
  const account = await signUp();
  const before = Date.now();
  const answer = await subscribe(account);
  const after = Date.now();
  expect(answer.headers.get("cache-control")).toContain("no-store");
  const { ticket, url, expiresAt } = await answer.json<Subscription>();
  expect(url).toBe(`${ORIGIN.replace("https", "wss")}/api/sync/socket?ticket=${ticket}`);
  expect(expiresAt).toBeGreaterThanOrEqual(before + 60_000);
  expect(expiresAt).toBeLessThanOrEqual(after + 60_000);
});

it("[W1] a ticket opens one socket, before and after an eviction", async () => {
  const account = await signUp();
  const ticket = await ticketOf(account);
  expect((await upgrade(ticket)).status).toBe(101);
  expect(await problemOf(await upgrade(ticket))).toBe("401 invalid_ticket");
  await hibernate(account);
  expect(await problemOf(await upgrade(ticket))).toBe("401 invalid_ticket");
  const other = await ticketOf(account);
  await hibernate(account);
  expect((await upgrade(other)).status).toBe(101);
});

it("[W1] a forged, changed or expired ticket never gets to the object", async () => {
  const account = await signUp();
  const victim = await signUp();
  const ticket = await ticketOf(account);
  const claims = await claimsOf(ticket);
  const [text = "", signature = ""] = ticket.split(".");
  const changed = Buffer.from(JSON.stringify({ ...claims, user: victim.userId })).toString("base64url");
  for (const bad of [
    "none",
    `${text}.`,
    `.${signature}`,
    `${text}.${signature}.`,
    `${changed}.${signature}`,
    await signTicket("another secret, of the same length", claims),
    await signTicket(AUTH_SECRET, { ...claims, expiresAt: Date.now() - 1 }),
  ]) {
    expect(await problemOf(await upgrade(bad))).toBe("401 invalid_ticket");
  }
  expect(await sqlIn(account, "SELECT id FROM tickets")).toEqual([{ id: claims.id }]);
  expect((await upgrade(ticket)).status).toBe(101);
});

it("[W1] the object refuses a signed ticket that it did not give out, or that has expired there", async () => {
  const [account, other] = [await signUp(), await signUp()];
  const claims = await claimsOf(await ticketOf(account));
  const elsewhere = await signTicket(AUTH_SECRET, { ...claims, user: other.userId });
  expect(await problemOf(await upgrade(elsewhere))).toBe("401 invalid_ticket");
  await sqlIn(account, "UPDATE tickets SET expires_at = ?", Date.now() - 1);
  expect(await problemOf(await upgrade(await signTicket(AUTH_SECRET, claims)))).toBe("401 invalid_ticket");
});

it("[W1] [P1] the socket's address takes WebSockets only", async () => {
  const plain = await call("/sync/socket?ticket=x");
  expect(plain.headers.get("upgrade")).toBe("websocket");
  expect(await problemOf(plain)).toBe("426 upgrade_required");
  const noTicket = await call("/sync/socket", { headers: { upgrade: "websocket" } });
  expect(await problemOf(noTicket)).toBe("400 invalid_request");
});

it("[W4] a browser's page must be this server's own, and its cookie is enough to subscribe", async () => {
  const account = await signUp();
  const ticket = await ticketOf(account);
  for (const origin of ["https://evil.test", "null"]) {
    expect(await problemOf(await upgrade(ticket, { origin }))).toBe("403 origin_not_allowed");
  }
  expect((await upgrade(ticket, { origin: ORIGIN })).status).toBe(101);
  const signedIn = await call("/auth/sign-in/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email: account.email, password: account.password },
  });
  const byCookie = (origin: string) =>
    call("/sync/subscribe", {
      method: "POST",
      headers: { cookie: cookiesOf(signedIn), origin },
      json: { device: { id: newId(), name: "browser", platform: "browser" } },
    });
  expect((await byCookie(ORIGIN)).status).toBe(200);
  expect(await problemOf(await byCookie("https://evil.test"))).toBe("403 origin_not_allowed");
});

it("[W1] [W4] a device has one ticket, the newest: asking again and again takes nothing from the others", async () => {
  const account = await signUp();
  const device = newId();
  const first = await ticketOf(account, device);
  await sqlIn(
    account,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO tickets SELECT 'id' || i, 'device' || i, 'c', 'token', ?2 FROM n`,
    LIMITS.sockets - 1,
    Date.now() + 60_000,
  );
  const second = await ticketOf(account, device);
  expect(await problemOf(await subscribe(account))).toBe("429 too_many_sockets");
  expect(await problemOf(await upgrade(first))).toBe("401 invalid_ticket");
  expect((await upgrade(second)).status).toBe(101);
});

it("[W4] the 1,001st socket is refused, a device's own next one is not", async () => {
  const account = await signUp();
  const own = await connect(account);
  const late = await ticketOf(account);
  await runInDurableObject(objectOf(account), (_, context) => {
    const [first] = context.getWebSockets();
    if (!first) throw new Error("there is no socket");
    const state = stateOf(first);
    for (let i = 1; i < LIMITS.sockets; i++) {
      const server = new WebSocketPair()[1];
      const claims = { ...state.claims, device: newId() };
      context.acceptWebSocket(server, [tagOf.device(claims.device)]);
      server.serializeAttachment({ ...state, claims });
    }
  });
  expect(await problemOf(await subscribe(account))).toBe("429 too_many_sockets");
  expect(await problemOf(await upgrade(late))).toBe("429 too_many_sockets");
  const next = await connect(account, own.device);
  expect(await own.closed).toBe(CLOSE.replaced);
  expect(await next.fate()).toBe("open");
});

it("[W7] a device that connects, pings, acknowledges and leaves writes nothing to D1", async () => {
  const account = await signUp();
  const { cursor } = await (await account.api("/sync/changes")).json<{ cursor: string }>();
  const before = await stateDigest();
  const socket = await connect(account);
  socket.send("ping");
  socket.send({ type: "ack", cursor });
  await expect.poll(() => socket.texts).toEqual(["pong"]);
  socket.close();
  await settle();
  expect(await stateDigest()).toEqual(before);
});
