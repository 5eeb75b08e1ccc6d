import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { AdminEvents, ServerSettings, SignUpPolicy } from "../../protocol/admin.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { call, problemOf, signUp } from "./support/accounts.ts";
import { Administrator } from "./support/administrator.ts";
import { Belongings } from "./support/belongings.ts";
import { post } from "./support/second-factor.ts";

const environment = env as unknown as { -readonly [Name in keyof Env]: Env[Name] };
const { DIRECTORY } = environment;

let administrator: Administrator;
beforeAll(async () => {
  administrator = await Administrator.make();
});

afterEach(async () => {
  environment.SIGN_UP = "open";
  await decide(null);
});

async function decide(signUp: SignUpPolicy | null): Promise<ServerSettings> {
  const answer = await administrator.request("PATCH", "/settings", { signUp });
  expect(answer.status).toBe(200);
  return answer.json();
}

const shown = async () => (await (await call("/auth/options")).json<{ signUp: string }>()).signUp;

async function trySignUp(email = `${crypto.randomUUID()}@example.org`): Promise<string> {
  const answer = await post("/auth/sign-up/email", { email, password: "correct horse battery", name: "New" });
  return answer.status === 200 ? "200" : problemOf(answer);
}

it("[R3] the variable holds until somebody decides, then what was decided, at the next request", async () => {
  for (const variable of ["open", "closed", "invitation"] as const) {
    environment.SIGN_UP = variable;
    expect(await shown()).toBe(variable);
    expect(await administrator.get<ServerSettings>("/settings")).toEqual({
      signUp: variable,
      defaultSignUp: variable,
      changed: null,
    });
  }
  environment.SIGN_UP = "closed";
  expect(await trySignUp()).toBe("403 sign_up_closed");
  const decided = await decide("open");
  expect(decided).toMatchObject({ signUp: "open", defaultSignUp: "closed" });
  expect(decided.changed?.by?.email).toBe(administrator.account.email);
  expect(await shown()).toBe("open");
  expect(await trySignUp()).toBe("200");
  environment.SIGN_UP = "open";
  await decide("closed");
  expect(await trySignUp()).toBe("403 sign_up_closed");
  expect(await decide(null)).toMatchObject({ signUp: "open", changed: null });
  expect(await trySignUp()).toBe("200");
});

it("[R3] what is no policy is refused, and a variable that is none is closed", async () => {
  expect(await problemOf(await administrator.request("PATCH", "/settings", { signUp: "everybody" }))).toBe(
    "400 invalid_request",
  );
  Object.assign(environment, { SIGN_UP: "everybody" });
  expect(await shown()).toBe("closed");
  expect(await trySignUp()).toBe("403 sign_up_closed");
});

/** An invitation of the administrator's, or of `by`. */
async function invite(email: string, expiresAt: number, by = administrator.account): Promise<void> {
  const folder = await new Belongings(by).folder();
  await DIRECTORY.batch([
    DIRECTORY.prepare(
      `INSERT INTO shared_folders (folder_id, owner_id, shard, space_id, name, created_at)
       SELECT ?1, user_id, shard, space_id, 'shared', ?3 FROM placements WHERE user_id = ?2`,
    ).bind(folder.id, by.userId, Date.now()),
    DIRECTORY.prepare(
      `INSERT INTO invitations (id, folder_id, email, role, secret_hash, invited_by, created_at, expires_at)
       VALUES (?1, ?2, ?3, 'editor', ?4, ?5, ?6, ?7)`,
    ).bind(newId(), folder.id, email, crypto.getRandomValues(new Uint8Array(32)), by.userId, Date.now(), expiresAt),
  ]);
}

it("[R3] by invitation: whose email was invited signs up, nobody else, and the folder is not theirs by that", async () => {
  const email = `${crypto.randomUUID()}@example.org`;
  await invite(email, Date.now() + 60_000);
  await decide("invitation");
  expect(await shown()).toBe("invitation");
  expect(await trySignUp()).toBe("403 sign_up_closed");
  // Whether an email has an account is told to nobody who was not invited.
  expect(await trySignUp(administrator.account.email)).toBe("403 sign_up_closed");
  expect(await trySignUp(email.toUpperCase())).toBe("200");
  expect(await trySignUp(email)).toBe("409 email_taken");
  const members = await DIRECTORY.prepare(
    "SELECT 1 FROM members m JOIN users u ON u.id = m.account_id WHERE u.email = ?",
  )
    .bind(email)
    .first();
  expect(members).toBeNull();
});

it("[R3] [R2] neither an expired invitation nor one of somebody suspended lets anybody in", async () => {
  const late = `${crypto.randomUUID()}@example.org`;
  await invite(late, Date.now() - 1);
  const other = await signUp();
  const invited = `${crypto.randomUUID()}@example.org`;
  await invite(invited, Date.now() + 60_000, other);
  await administrator.suspend(other);
  await decide("invitation");
  expect([await trySignUp(late), await trySignUp(invited)]).toEqual(["403 sign_up_closed", "403 sign_up_closed"]);
  await administrator.lift(other);
  expect(await trySignUp(invited)).toBe("200");
});

it("[R3] [A4] asking who was invited is limited as a sign-up is", async () => {
  await decide("invitation");
  const email = `${crypto.randomUUID()}@example.org`;
  const answers: string[] = [];
  for (let n = 0; n < 6; n++) answers.push(await trySignUp(email));
  expect(answers.at(-1)).toBe("429 rate_limited");
});

it("[R5] a changed policy is recorded, the same one again is not", async () => {
  for (const policy of ["closed", "closed", "open", null, null] as const) await decide(policy);
  const { events } = await administrator.get<AdminEvents>("/events?action=signUp&limit=3");
  expect(events.map(({ detail, account }) => [detail, account])).toEqual([
    ["default", null],
    ["open", null],
    ["closed", null],
  ]);
});
