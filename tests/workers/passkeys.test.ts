import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { call, cookiesOf, ORIGIN, problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Authenticator, type Faults } from "./support/authenticator.ts";
import { post, postAs, signUpGuarded } from "./support/second-factor.ts";

const { DIRECTORY } = env as unknown as Env;

interface CreationOptions {
  challenge: string;
  rp: { id: string };
  user: { id: string; name: string };
  excludeCredentials: { id: string }[];
  authenticatorSelection: object;
}

async function creationOptions(account: { token: string }, json: object = {}): Promise<CreationOptions> {
  const answer = await postAs(account, "/auth/passkeys/options", json);
  return (await answer.json<{ options: CreationOptions }>()).options;
}

async function requestOptions(): Promise<{ challenge: string; rpId: string; userVerification: string }> {
  const answer = await post("/auth/passkeys/sign-in/options", {});
  return (await answer.json<{ options: { challenge: string; rpId: string; userVerification: string } }>()).options;
}

/** A new passkey of the account's, and its id here. */
async function enroll(account: TestAccount): Promise<{ passkey: Authenticator; id: string }> {
  const passkey = await Authenticator.make();
  const credential = await passkey.register(await creationOptions(account));
  const kept = await postAs(account, "/auth/passkeys", { credential });
  if (kept.status !== 201) throw new Error(`registering answered ${kept.status}: ${await kept.text()}`);
  return { passkey, id: (await kept.json<{ id: string }>()).id };
}

/** As a browser does. */
async function signIn(passkey: Authenticator, faults: Faults = {}, more: object = {}): Promise<Response> {
  const credential = await passkey.signIn(await requestOptions(), faults);
  return post("/auth/passkeys/sign-in", { credential, ...more }, { origin: ORIGIN });
}

it("[B2] a passkey is made, listed, renamed, signs in, and signs in no more when it is deleted", async () => {
  const account = await signUp();
  const options = await creationOptions(account);
  expect(options).toMatchObject({
    rp: { id: "ledge.test" },
    user: { name: account.email },
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    excludeCredentials: [],
  });
  const { passkey, id } = await enroll(account);
  expect((await creationOptions(account)).excludeCredentials).toMatchObject([{ id: passkey.id }]);

  expect(await requestOptions()).toMatchObject({ rpId: "ledge.test", userVerification: "required" });
  const signedIn = await signIn(passkey);
  const { token, user } = await signedIn.clone().json<{ token: string; user: { id: string } }>();
  expect(user.id).toBe(account.userId);
  const cookie = cookiesOf(signedIn);
  expect((await call("/account", { headers: { cookie } })).status).toBe(200);
  expect((await call("/account", { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  const passing = (await signIn(passkey, {}, { rememberMe: false })).headers.getSetCookie();
  expect(passing.find((set) => set.includes("session_token="))).not.toMatch(/Max-Age|Expires/i);

  const named = await account.api(`/auth/passkeys/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ada's phone" }),
  });
  expect(named.status).toBe(204);
  const { passkeys } = await (await account.api("/auth/passkeys")).json<{ passkeys: object[] }>();
  expect(passkeys).toEqual([
    {
      id,
      name: "Ada's phone",
      backedUp: true,
      aaguid: "00000000-0000-0000-0000-000000000000",
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
    },
  ]);
  const other = await signUp();
  expect(await problemOf(await other.api(`/auth/passkeys/${id}`, { method: "DELETE" }))).toBe("404 not_found");
  expect((await account.api(`/auth/passkeys/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await problemOf(await signIn(passkey))).toBe("403 invalid_passkey");
});

it("[B2] [B3] a passkey verifies its user: no second factor is asked for, and none that did not is taken", async () => {
  const { account } = await signUpGuarded();
  const { passkey } = await enroll(account);
  const { token } = await (await signIn(passkey)).json<{ token: string }>();
  const headers = { authorization: `Bearer ${token}` };
  expect(await (await call("/account", { headers })).json()).toMatchObject({ id: account.userId, twoFactor: true });
  expect(await problemOf(await signIn(passkey, { userVerified: false }))).toBe("403 invalid_passkey");
  const unverified = await Authenticator.make();
  const credential = await unverified.register(await creationOptions(account), { userVerified: false });
  expect(await problemOf(await postAs(account, "/auth/passkeys", { credential }))).toBe("403 invalid_passkey");
});

it("[B2] an answer is taken only for this server, its own challenge, and once", async () => {
  const account = await signUp();
  const { passkey } = await enroll(account);
  const registration = (await creationOptions(account)).challenge;
  const wrong: Faults[] = [
    { origin: "https://evil.test" },
    { origin: "http://ledge.test" },
    { rpId: "evil.test" },
    { type: "webauthn.create" },
    { challenge: registration },
    { challenge: Buffer.from(crypto.getRandomValues(new Uint8Array(56))).toString("base64url") },
    { challenge: "" },
    { userHandle: Buffer.from("somebody-else").toString("base64url") },
  ];
  for (const faults of wrong)
    expect(await problemOf(await signIn(passkey, faults)), JSON.stringify(faults)).toBe("403 invalid_passkey");
  const credential = await passkey.signIn(await requestOptions());
  const send = () => post("/auth/passkeys/sign-in", { credential }, { origin: ORIGIN });
  const twice = await Promise.all([send(), send()]);
  expect(twice.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 403]);
  expect(await problemOf(await send())).toBe("403 invalid_passkey");
  const stranger = await Authenticator.make();
  await stranger.register(await creationOptions(account));
  expect(await problemOf(await signIn(stranger))).toBe("403 invalid_passkey");
  const foreign = await post("/auth/passkeys/sign-in", { credential }, { origin: "https://evil.test" });
  expect(await problemOf(foreign)).toBe("403 origin_not_allowed");
});

it("[B2] a copied authenticator is found out by its count", async () => {
  const account = await signUp();
  const { passkey } = await enroll(account);
  expect((await signIn(passkey, { counter: 7 })).status).toBe(200);
  expect(await problemOf(await signIn(passkey, { counter: 7 }))).toBe("403 invalid_passkey");
  expect(await problemOf(await signIn(passkey, { counter: 3 }))).toBe("403 invalid_passkey");
  expect((await signIn(passkey, { counter: 8 })).status).toBe(200);
});

it("[B2] a challenge for one account's passkey makes none for another, and each passkey is kept once", async () => {
  const [mine, theirs] = await Promise.all([signUp(), signUp()]);
  const passkey = await Authenticator.make();
  const credential = await passkey.register(await creationOptions(mine));
  expect(await problemOf(await postAs(theirs, "/auth/passkeys", { credential }))).toBe("403 invalid_passkey");
  expect((await postAs(mine, "/auth/passkeys", { credential })).status).toBe(201);
  expect(await problemOf(await postAs(mine, "/auth/passkeys", { credential }))).toBe("403 invalid_passkey");
  const again = await passkey.register(await creationOptions(theirs));
  expect(await problemOf(await postAs(theirs, "/auth/passkeys", { credential: again }))).toBe("403 forbidden");
});

it("[B2] making a passkey takes a session of today, or the password; a token makes none", async () => {
  const account = await signUp();
  await DIRECTORY.prepare("UPDATE sessions SET created_at = created_at - 86400001 WHERE user_id = ?")
    .bind(account.userId)
    .run();
  const ask = (json: object) => postAs(account, "/auth/passkeys/options", json);
  expect(await problemOf(await ask({}))).toBe("403 session_not_fresh");
  expect(await problemOf(await ask({ password: "not the password" }))).toBe("403 wrong_password");
  expect((await ask({ password: account.password })).status).toBe(200);
});

it("[P1] what is no passkey's answer is refused", async () => {
  const account = await signUp();
  const { passkey } = await enroll(account);
  const good = (await passkey.signIn(await requestOptions())) as { response: Record<string, string> };
  for (const member of ["clientDataJSON", "authenticatorData", "signature"]) {
    for (const value of ["AAAA", "e30", "bnVsbA", "_".repeat(3000)]) {
      const credential = { ...good, response: { ...good.response, [member]: value } };
      const answer = await post("/auth/passkeys/sign-in", { credential });
      expect(await problemOf(answer), `${member} ${value.slice(0, 8)}`).toBe("403 invalid_passkey");
    }
  }
  const options = await creationOptions(account);
  const made = (await (await Authenticator.make()).register(options)) as { response: Record<string, string> };
  for (const value of ["AAAA", "oA", "v_8", "o2NmbXRkbm9uZQ"]) {
    const credential = { ...made, response: { ...made.response, attestationObject: value } };
    expect(await problemOf(await postAs(account, "/auth/passkeys", { credential }))).toBe("403 invalid_passkey");
  }
});
