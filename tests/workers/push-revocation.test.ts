import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import type { Subscription } from "../../protocol/push.ts";
import { app } from "../../workers/api/app.ts";
import type { Env } from "../../workers/env.ts";
import { call, ORIGIN, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { hibernate } from "./support/push-object.ts";
import { connect, subscribe, type TestSocket, upgrade } from "./support/push-socket.ts";

interface Client extends Pick<TestAccount, "api"> {
  readonly token: string;
}

function clientOf(token: string): Client {
  return {
    token,
    api: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token}`);
      return call(path, { ...init, headers });
    },
  };
}

/** A further session of the account. */
async function signInAgain({ email, password }: TestAccount): Promise<Client & { id: string }> {
  const answer = await call("/auth/sign-in/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email, password },
  });
  const client = clientOf((await answer.json<{ token: string }>()).token);
  const { sessions } = await (
    await client.api("/account/sessions")
  ).json<{ sessions: { id: string; current: boolean }[] }>();
  return { ...client, id: sessions.find(({ current }) => current)?.id ?? "" };
}

function fatesOf(sockets: readonly TestSocket[]): Promise<(number | "open")[]> {
  return Promise.all(sockets.map((socket) => socket.fate()));
}

it("[W5] a session that is revoked loses its sockets and tickets at once, others keep theirs", async () => {
  const account = await signUp();
  const other = await signInAgain(account);
  const [gone, alsoGone, stays] = [await connect(other), await connect(other), await connect(account)];
  const { ticket } = await (await subscribe(other)).json<Subscription>();
  await hibernate(account);
  expect((await account.api(`/account/sessions/${other.id}`, { method: "DELETE" })).status).toBe(204);
  expect(await fatesOf([gone, alsoGone, stays])).toEqual([CLOSE.revoked, CLOSE.revoked, "open"]);
  expect(await problemOf(await upgrade(ticket))).toBe("401 invalid_ticket");
  expect(await problemOf(await subscribe(other))).toBe("401 unauthenticated");
});

it("[W5] signing out closes the session's sockets", async () => {
  const account = await signUp();
  const other = await signInAgain(account);
  const [gone, stays] = [await connect(other), await connect(account)];
  expect((await other.api("/auth/sign-out", { method: "POST" })).status).toBe(200);
  expect(await fatesOf([gone, stays])).toEqual([CLOSE.revoked, "open"]);
});

it("[W5] a token that is deleted loses its sockets", async () => {
  const owner = new Belongings(await signUp());
  const made = await owner.send<{ id: string; token: string }>("POST", "/account/tokens", {
    name: "sync",
    scopes: ["read", "write"],
  });
  const [gone, stays] = [await connect(clientOf(made.token)), await connect(owner.account)];
  await owner.send("DELETE", `/account/tokens/${made.id}`);
  expect(await fatesOf([gone, stays])).toEqual([CLOSE.revoked, "open"]);
});

it("[W5] a changed password that ends other sessions closes their sockets, and no token's", async () => {
  const owner = new Belongings(await signUp());
  const { token } = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "t", scopes: ["read"] });
  const other = await signInAgain(owner.account);
  const sockets = [await connect(other), await connect(clientOf(token))];
  const { ticket } = await (await subscribe(other)).json<Subscription>();
  const { password } = owner.account;
  const change = (revokeOtherSessions: boolean) =>
    owner.send<{ token: string | null }>("POST", "/auth/change-password", {
      currentPassword: password,
      newPassword: password,
      revokeOtherSessions,
    });
  await change(false);
  expect(await fatesOf(sockets)).toEqual(["open", "open"]);
  const renewed = await change(true);
  expect(await fatesOf(sockets)).toEqual([CLOSE.revoked, "open"]);
  expect(await problemOf(await upgrade(ticket))).toBe("401 invalid_ticket");
  expect(await (await connect(clientOf(renewed.token ?? ""))).fate()).toBe("open");
});

it.each(["sign-out", "change-password", "session", "token", "device"])(
  "[W5] %s: where the account's object cannot be reached nothing is ended, and the same request succeeds later",
  async (kind) => {
    const owner = new Belongings(await signUp());
    const { account } = owner;
    const other = await signInAgain(account);
    const made = await owner.send<{ id: string; token: string }>("POST", "/account/tokens", {
      name: "t",
      scopes: ["read"],
    });
    const socket = await connect(kind === "token" ? clientOf(made.token) : other);
    const { password } = account;
    const passwords = { currentPassword: password, newPassword: password, revokeOtherSessions: true };
    const requests: Record<string, [string, string, object?]> = {
      "sign-out": ["POST", "/auth/sign-out", {}],
      "change-password": ["POST", "/auth/change-password", passwords],
      session: ["DELETE", `/account/sessions/${other.id}`],
      token: ["DELETE", `/account/tokens/${made.id}`],
      device: ["DELETE", `/devices/${socket.device}`],
    };
    const [method, path, input] = requests[kind] ?? ["", ""];
    const bindings = env as unknown as Env;
    const away = { get: () => new Proxy({}, { get: () => () => Promise.reject(new Error("away")) }) };
    const send = (to: object) =>
      app.fetch(
        new Request(`${ORIGIN}/api${path}`, {
          method,
          headers: { authorization: `Bearer ${other.token}`, "content-type": "application/json" },
          ...(input && { body: JSON.stringify(input) }),
        }),
        { ...bindings, USER_SYNC: to },
        createExecutionContext(),
      );
    expect((await send({ idFromName: () => "id", ...away })).status).toBe(500);
    expect(await socket.fate()).toBe("open");
    expect((await send(bindings.USER_SYNC)).ok).toBe(true);
    expect(await socket.fate()).toBe(CLOSE.revoked);
  },
);

it("[W5] a session that is revoked while it subscribes gets no ticket", async () => {
  const account = await signUp();
  const other = await signInAgain(account);
  const bindings = env as unknown as Env;
  const object = bindings.USER_SYNC.get(bindings.USER_SYNC.idFromName(account.userId));
  /** The object, whose answer to `subscribe` comes after the session was revoked. */
  const late = {
    async subscribe(...input: unknown[]) {
      expect((await account.api(`/account/sessions/${other.id}`, { method: "DELETE" })).status).toBe(204);
      return (object as unknown as { subscribe(...input: unknown[]): Promise<unknown> }).subscribe(...input);
    },
  };
  const answer = await app.fetch(
    new Request(`${ORIGIN}/api/sync/subscribe`, {
      method: "POST",
      headers: { authorization: `Bearer ${other.token}`, "content-type": "application/json" },
      body: JSON.stringify({ device: { id: newId(), name: "late", platform: "linux" } }),
    }),
    { ...bindings, USER_SYNC: { idFromName: () => "id", get: () => late } },
    createExecutionContext(),
  );
  expect(await problemOf(answer)).toBe("401 unauthenticated");
});
