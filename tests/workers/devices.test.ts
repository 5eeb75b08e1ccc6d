import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import type { Device } from "../../protocol/push.ts";
import { call, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { changeSockets, hibernate, sqlIn } from "./support/push-object.ts";
import { connect, settle, subscribe } from "./support/push-socket.ts";

/** The machine may be busy. */
const PATIENTLY = { timeout: 10_000 };

async function devicesOf(client: Pick<TestAccount, "api">): Promise<Device[]> {
  return (await (await client.api("/devices")).json<{ devices: Device[] }>()).devices;
}

function clientOf(token: string): Pick<TestAccount, "api"> {
  return {
    api: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token}`);
      return call(path, { ...init, headers });
    },
  };
}

async function makeToken(account: TestAccount): Promise<{ id: string } & Pick<TestAccount, "api">> {
  const input = { name: "t", scopes: ["read"] };
  const { id, token } = await new Belongings(account).send<{ id: string; token: string }>(
    "POST",
    "/account/tokens",
    input,
  );
  return { id, ...clientOf(token) };
}

async function signInAgain({ email, password }: TestAccount): Promise<Pick<TestAccount, "api">> {
  const answer = await call("/auth/sign-in/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email, password },
  });
  return clientOf((await answer.json<{ token: string }>()).token);
}

it("[W7] a device shows its name, whether it is connected and how far it is, during and after", async () => {
  const owner = new Belongings(await signUp());
  const started = Date.now();
  const socket = await connect(owner.account);
  const fresh = await devicesOf(owner.account);
  expect(fresh).toEqual([
    {
      id: socket.device,
      name: `laptop ${socket.device.slice(-4)}`,
      platform: "linux",
      createdAt: expect.any(Number),
      lastSeenAt: expect.any(Number),
      connected: true,
      cursor: null,
      seq: null,
      current: true,
    },
  ]);
  expect(fresh[0]?.createdAt).toBeGreaterThanOrEqual(started);
  await owner.folder();
  const message = await socket.next();
  if (message.type !== "changes" && message.type !== "poke") throw new Error(`${message.type} came`);
  socket.send({ type: "ack", cursor: message.cursor });
  await expect
    .poll(() => devicesOf(owner.account), PATIENTLY)
    .toMatchObject([{ connected: true, cursor: message.cursor, seq: 1 }]);
  await hibernate(owner.account);
  socket.close();
  await expect
    .poll(() => devicesOf(owner.account), PATIENTLY)
    .toMatchObject([{ connected: false, cursor: message.cursor, seq: 1, current: true }]);
  const [other] = await devicesOf(await signInAgain(owner.account));
  expect(other?.current).toBe(false);
  await connect(owner.account, socket.device);
  expect(await devicesOf(owner.account)).toMatchObject([{ connected: true, seq: 1 }]);
});

it("[W7] a device is seen when it pings; acknowledgements are written down once a minute", async () => {
  const owner = new Belongings(await signUp());
  const socket = await connect(owner.account);
  const { cursor } = await owner.send<{ cursor: string }>("GET", "/sync/changes");
  const rows = () => sqlIn(owner.account, "SELECT cursor FROM devices");
  socket.send({ type: "ack", cursor });
  await expect.poll(() => devicesOf(owner.account), PATIENTLY).toMatchObject([{ cursor }]);
  expect(await rows()).toEqual([{ cursor: null }]);
  await changeSockets(owner.account, (state) => ({ ...state, savedAt: state.savedAt - 60_000 }));
  socket.send({ type: "ack", cursor });
  await expect.poll(rows, PATIENTLY).toEqual([{ cursor }]);
  await sqlIn(owner.account, "UPDATE devices SET last_seen_at = 1");
  const before = Date.now();
  expect(await socket.fate()).toBe("open");
  expect((await devicesOf(owner.account))[0]?.lastSeenAt).toBeGreaterThanOrEqual(before);
});

it("[W7] a name that its owner gave stays until the device calls itself otherwise", async () => {
  const owner = new Belongings(await signUp());
  const device = newId();
  const register = (name: string) =>
    owner.send("POST", "/sync/subscribe", { device: { id: device, name, platform: "linux" } });
  const nameOf = async () => (await devicesOf(owner.account))[0]?.name;
  await register("host");
  const renamed = await owner.send<Device>("PATCH", `/devices/${device}`, { name: "  Ada's laptop " });
  expect(renamed).toMatchObject({ id: device, name: "Ada's laptop" });
  await register("host");
  expect(await nameOf()).toBe("Ada's laptop");
  await register("new host");
  expect(await nameOf()).toBe("new host");
  expect(
    await problemOf(
      await owner.account.api(`/devices/${newId()}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: '{"name":"x"}',
      }),
    ),
  ).toBe("404 not_found");
});

it.each(["", " ", "\ud800", "red\u001b[31m", "a\u0000b", "x".repeat(101)])(
  "[W7] [P1] %j is no device's name, nor a platform",
  async (text) => {
    const { api } = await signUp();
    const send = (method: string, path: string, body: object) =>
      api(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const device = { id: newId(), name: "laptop", platform: "linux" };
    for (const wrong of [
      { ...device, name: text },
      { ...device, platform: text },
    ]) {
      expect(await problemOf(await send("POST", "/sync/subscribe", { device: wrong }))).toBe("400 invalid_request");
    }
    expect((await send("POST", "/sync/subscribe", { device })).status).toBe(200);
    const renamed = await send("PATCH", `/devices/${device.id}`, { name: text });
    expect(await problemOf(renamed)).toBe("400 invalid_request");
  },
);

it("[W5] a revoked device loses its sockets and its session, and is refused with any other", async () => {
  const account = await signUp();
  const stolen = await signInAgain(account);
  const [gone, sameSession, stays] = [await connect(stolen), await connect(stolen), await connect(account)];
  const revoke = () => account.api(`/devices/${gone.device}`, { method: "DELETE" });
  expect((await revoke()).status).toBe(204);
  expect(await Promise.all([gone.closed, sameSession.closed])).toEqual([CLOSE.revoked, CLOSE.revoked]);
  expect(await problemOf(await stolen.api("/account"))).toBe("401 unauthenticated");
  expect(await problemOf(await subscribe(account, gone.device))).toBe("403 device_revoked");
  expect((await devicesOf(account)).map(({ id }) => id).sort()).toEqual([sameSession.device, stays.device].sort());
  expect((await revoke()).status).toBe(204);
  expect(await stays.fate()).toBe("open");
});

it("[W5] [A6] revoking a device that uses a token closes its sockets and keeps the token", async () => {
  const owner = new Belongings(await signUp());
  const client = await makeToken(owner.account);
  const [gone, stays] = [await connect(client), await connect(client)];
  await owner.send("DELETE", `/devices/${gone.device}`);
  expect(await gone.closed).toBe(CLOSE.revoked);
  expect(await problemOf(await subscribe(client, gone.device))).toBe("403 device_revoked");
  expect((await client.api("/account")).status).toBe(200);
  expect(await stays.fate()).toBe("open");
});

it("[W1] [W5] a token takes over no device of a session: its socket stays, and revoking it ends the session", async () => {
  const account = await signUp();
  const laptop = await signInAgain(account);
  const socket = await connect(laptop);
  const thief = await makeToken(account);
  const [{ id } = { id: "" }] = await devicesOf(thief);
  expect(id).toBe(socket.device);
  expect(await problemOf(await subscribe(thief, id))).toBe("403 forbidden");
  expect(await socket.fate()).toBe("open");
  expect((await account.api(`/devices/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await socket.closed).toBe(CLOSE.revoked);
  expect(await problemOf(await laptop.api("/account"))).toBe("401 unauthenticated");
});

it("[W1] a live token's device is taken over by no other credential, a deleted one's by any", async () => {
  const account = await signUp();
  const [first, second] = [await makeToken(account), await makeToken(account)];
  const socket = await connect(first);
  for (const other of [second, account])
    expect(await problemOf(await subscribe(other, socket.device))).toBe("403 forbidden");
  expect(await socket.fate()).toBe("open");
  expect((await account.api(`/account/tokens/${first.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await subscribe(second, socket.device)).status).toBe(200);
  expect(await problemOf(await subscribe(account, socket.device))).toBe("403 forbidden");
  expect((await account.api(`/account/tokens/${second.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await subscribe(account, socket.device)).status).toBe(200);
  expect(await devicesOf(account)).toMatchObject([{ id: socket.device, current: true }]);
});

it("[W1] [W5] signing in again keeps the device; revoking it ends all sessions that it used", async () => {
  const account = await signUp();
  const device = newId();
  const sessions = [await signInAgain(account), await signInAgain(account), await signInAgain(account)];
  for (const session of sessions) expect((await subscribe(session, device)).status).toBe(200);
  await hibernate(account);
  const elsewhere = await connect(sessions[0] ?? account);
  expect((await account.api(`/devices/${device}`, { method: "DELETE" })).status).toBe(204);
  expect(await elsewhere.closed).toBe(CLOSE.revoked);
  for (const session of sessions) expect(await problemOf(await session.api("/account"))).toBe("401 unauthenticated");
  expect((await account.api("/account")).status).toBe(200);
});

it("[W5] of the sessions that a device used the last eight before the present one are remembered, with the device only", async () => {
  const account = await signUp();
  const { device } = await connect(account);
  const sessions = () => sqlIn(account, "SELECT session FROM earlier_sessions ORDER BY session");
  for (let i = 0; i < 10; i++) {
    await sqlIn(account, "UPDATE devices SET credential = ?", `s${i}`);
    await sqlIn(account, "UPDATE earlier_sessions SET until = until - 1000");
    expect((await subscribe(account, device)).status).toBe(200);
  }
  expect(await sessions()).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((i) => ({ session: `s${i}` })));
  await sqlIn(account, "DELETE FROM devices");
  await subscribe(account);
  expect(await sessions()).toEqual([]);
});

it("[W7] [I11] devices are their account's: another's are not found", async () => {
  const [account, stranger] = [await signUp(), await signUp()];
  const socket = await connect(account);
  expect(await devicesOf(stranger)).toEqual([]);
  expect(await problemOf(await stranger.api(`/devices/${socket.device}`, { method: "DELETE" }))).toBe("404 not_found");
  await settle();
  expect(await devicesOf(account)).toMatchObject([{ connected: true }]);
});

it("[W7] the devices that were not seen for longest are forgotten over the limit, connected ones never", async () => {
  const account = await signUp();
  const connected = await connect(account);
  await sqlIn(
    account,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
     INSERT INTO devices SELECT 'old' || i, 'x', 'x', 'linux', 1, 100 + i, NULL, 'c', 'token', NULL FROM n`,
  );
  await sqlIn(account, "UPDATE devices SET last_seen_at = 1 WHERE id = ?", connected.device);
  const latest = newId();
  await subscribe(account, latest);
  const ids = (await devicesOf(account)).map(({ id }) => id);
  expect(ids).toHaveLength(LIMITS.devices + 1);
  expect(ids).toContain(connected.device);
  expect(ids[0]).toBe(latest);
  expect(ids).toContain("old150");
  expect(ids).not.toContain("old51");
});
