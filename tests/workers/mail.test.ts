import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { beforeEach, expect, it, vi } from "vitest";
import worker from "../../workers/index.ts";
import { app } from "../../workers/api/app.ts";
import type { Env } from "../../workers/env.ts";
import { mailOf, queueMail } from "../../workers/mail/mail.ts";
import type { NewMail } from "../../workers/mail/messages.ts";
import { sendDue } from "../../workers/mail/send.ts";
import { forgetMail } from "../../workers/storage/directory-outbox.ts";
import { ORIGIN, signUp, type TestAccount } from "./support/accounts.ts";
import { directory, untilMail } from "./support/mail.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LINK = `${ORIGIN}/reset-password#a-secret-that-works`;

type Sent = Parameters<SendEmail["send"]>[0] & { to: string; subject: string; text: string };

/** Cloudflare's binding, as far as we call it. `refuse` is asked before each message, and throws what the binding would. */
class FakeBinding {
  readonly sent: Sent[] = [];
  refuse: (message: Sent) => void = () => {};
  /** How long sending takes, milliseconds. */
  delay = 0;

  async send(message: Sent): Promise<{ messageId: string }> {
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    this.refuse(message);
    this.sent.push(message);
    return { messageId: String(this.sent.length) };
  }
}

function deployed(binding: FakeBinding, more: Partial<Env> = {}): Env {
  const { LOCAL_MAIL: _, ...rest } = env as unknown as Env;
  return { ...rest, EMAIL: binding as unknown as SendEmail, MAIL_FROM: "Ledge <ledge@example.org>", ...more };
}

function refusal(code: string): Error {
  return Object.assign(new Error("refused"), { code });
}

/** An account whose own mail was kept: what keeps it takes nothing else that is due. */
async function mailedSignUp(): Promise<TestAccount> {
  const account = await signUp();
  await untilMail(account.email, "verifyEmail");
  return account;
}

let binding: FakeBinding;
let here: Env;
let key: string;
let start: number;

beforeEach(async () => {
  await directory.prepare("DELETE FROM outbox").run();
  binding = new FakeBinding();
  here = deployed(binding);
  key = `test/${crypto.randomUUID()}`;
  start = Date.now();
});

function invitation(more: object = {}): NewMail {
  return {
    kind: "invitation",
    to: "grace@example.org",
    inviter: "Ada",
    inviterEmail: "ada@example.org",
    isInviterVerified: true,
    folder: "Engines",
    message: null,
    link: LINK,
    expiresAt: start + 30 * DAY,
    ...more,
  };
}

async function queue(event = key, message: NewMail = invitation(), now = start): Promise<void> {
  await directory.batch(await queueMail(here, event, message, now));
}

/** Sends what is due at a moment. */
const sendAt = (moment: number, by: Env = here) => sendDue(by, () => moment);

function row(): Promise<Record<string, unknown> | null> {
  return directory
    .prepare("SELECT attempts, next_at, claimed_until, sent_at, error, payload FROM outbox WHERE key = ?")
    .bind(key)
    .first();
}

it("[E1] mail goes through Cloudflare's binding, from MAIL_FROM, as text and HTML", async () => {
  await queue();
  await sendAt(start);
  expect(binding.sent).toMatchObject([
    {
      from: { name: "Ledge", email: "ledge@example.org" },
      to: "grace@example.org",
      subject: "Ada shares “Engines” with you",
      text: expect.stringContaining(LINK),
      html: expect.stringContaining(LINK),
    },
  ]);
});

it("[E1] a deployment has mail where the binding and the sender are there, and says where it has none", async () => {
  const none = deployed(binding, { MAIL_FROM: "" });
  expect([mailOf(here), mailOf(none), mailOf(env as unknown as Env)]).toEqual(["cloudflare", null, "kept"]);
  expect(await queueMail(none, key, invitation(), start)).toEqual([]);
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await app.fetch(new Request(`${ORIGIN}/api${path}`, init), none, createExecutionContext());
    return answer.json<Record<string, unknown>>();
  };
  expect(await ask("/auth/options")).toMatchObject({ mail: false });
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: `{"email":"a@example.org"}` };
  expect(await ask("/auth/forgot-password", post)).toMatchObject({ code: "mail_unavailable" });
  const { token } = await mailedSignUp();
  const again = { method: "POST", headers: { authorization: `Bearer ${token}` } };
  expect(await ask("/account/verify-email", again)).toMatchObject({ code: "mail_unavailable" });
});

it("[E3] mails that are sent lead here by https, whoever asked for them without it", async () => {
  const { email } = await mailedSignUp();
  const body = JSON.stringify({ email });
  const headers = { "content-type": "application/json" };
  const url = `${ORIGIN.replace("https:", "http:")}/api/auth/forgot-password`;
  const answer = await app.fetch(new Request(url, { method: "POST", headers, body }), here, createExecutionContext());
  expect(answer.status).toBe(204);
  const sent = () => binding.sent.find(({ to }) => to === email)?.text;
  await expect.poll(sent).toContain(`https://${new URL(ORIGIN).host}/reset-password#`);
});

it("[E1] mails lead to APP_ORIGIN, by whatever name somebody asks; one that is none sends nothing", async () => {
  const ask = async (email: string, more: Partial<Env>) => {
    const body = JSON.stringify({ email });
    const headers = { "content-type": "application/json", host: "evil.test", "x-forwarded-host": "evil.test" };
    const request = new Request("https://evil.test/api/auth/forgot-password", { method: "POST", headers, body });
    return (await app.fetch(request, deployed(binding, more), createExecutionContext())).status;
  };
  const [pinned, wrong] = [await mailedSignUp(), await mailedSignUp()];
  expect(await ask(pinned.email, { APP_ORIGIN: "https://ledge.example.org" })).toBe(204);
  const sent = () => binding.sent.find(({ to }) => to === pinned.email)?.text;
  await expect.poll(sent).toContain("https://ledge.example.org/reset-password#");
  expect(sent()).not.toContain("evil.test");
  for (const origin of ["ledge.example.org", "http://ledge.example.org", "https://ledge.example.org/app"])
    expect(await ask(wrong.email, { APP_ORIGIN: origin }), origin).toBe(500);
});

it("[E2] a binding that does not answer is waited for ten seconds, and the message is listed and not sent again", async () => {
  await queue();
  binding.delay = 60_000;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const sending = sendAt(start);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2));
    await vi.advanceTimersByTimeAsync(10_000);
    await sending;
  } finally {
    vi.useRealTimers();
  }
  expect(await row()).toMatchObject({ next_at: null, claimed_until: null, sent_at: null });
  expect((await row())?.error).toContain("may have been sent");
});

it("[E1] /dev/mail is on one's own machine only: by its setting, and by the name that it is asked at", async () => {
  await directory.batch(await queueMail(env as unknown as Env, key, invitation({ folder: "<img src=x>" }), start));
  await sendDue(env as unknown as Env);
  const open = async (url: string, by: unknown, headers = {}) => {
    const answer = await worker.fetch(new Request(url, { headers }) as never, by as Env, createExecutionContext());
    return { status: answer.status, policy: answer.headers.get("content-security-policy"), text: await answer.text() };
  };
  const list = await open("http://localhost:8787/dev/mail", env, { accept: "application/json" });
  const { messages } = JSON.parse(list.text) as { messages: { id: string; to: string; text: string }[] };
  expect(messages).toMatchObject([{ to: "grace@example.org", text: expect.stringContaining(LINK) }]);
  const address = `/dev/mail/${messages[0]!.id}`;
  for (const path of ["/dev/mail", address, `${address}/html`]) {
    const shown = await open(`http://localhost:8787${path}`, env);
    expect(shown).toMatchObject({ status: 200, policy: expect.stringContaining("default-src 'none'") });
    expect(shown.text).toContain("&lt;img src=x&gt;");
    expect(shown.text).not.toContain("<img");
    expect((await open(`http://localhost:8787${path}`, here)).text, path).not.toContain("Engines");
    for (const host of ["https://ledge.test", "http://localhost.evil.test:8787"]) {
      expect(await open(host + path, env), host + path).toMatchObject({ status: 404 });
    }
  }
  expect((await open(`http://localhost:8787${address}/html`, env)).policy).toContain("sandbox");
});

it("[E2] a message is written down once for its event, and not at all where the event's batch fails", async () => {
  const another = invitation({ folder: "Another" });
  await queue();
  await queue(key, another);
  const broken = directory.prepare("INSERT INTO outbox (id) VALUES (NULL)");
  const written = await queueMail(here, `${key}/2`, another, start);
  await expect(directory.batch([...written, broken])).rejects.toThrow();
  await sendAt(start);
  expect(binding.sent.map(({ subject }) => subject)).toEqual(["Ada shares “Engines” with you"]);
  await queue(key, another);
  await sendAt(start + DAY);
  expect(binding.sent).toHaveLength(1);
});

it("[E2] of senders that work at the same time each message has one", async () => {
  const keys = Array.from({ length: 37 }, (_, n) => `${key}/${n}`);
  for (const [n, each] of keys.entries()) await queue(each, invitation({ to: `person${n}@example.org` }));
  binding.delay = 3;
  await Promise.all(Array.from({ length: 8 }, () => sendAt(start)));
  const receivers = binding.sent.map(({ to }) => to);
  expect(receivers.length).toBe(keys.length);
  expect(new Set(receivers).size).toBe(keys.length);
});

it("[E2] a sender begins nothing that its time may not be enough for, and holds nothing else: others send that", async () => {
  for (let n = 0; n < 3; n++) await queue(`${key}/${n}`, invitation({ to: `person${n}@example.org` }));
  let moment = start;
  binding.refuse = () => void (moment += 20_000);
  await sendDue(here, () => moment);
  expect(binding.sent).toHaveLength(1);
  const held = await directory.prepare("SELECT count(*) AS n FROM outbox WHERE claimed_until IS NOT NULL").first("n");
  expect(held).toBe(0);
  // As one that was ended in the middle of its first message.
  binding.send = () => new Promise(() => {});
  void sendDue(here, () => moment);
  await expect
    .poll(async () => directory.prepare("SELECT count(*) AS n FROM outbox WHERE claimed_until IS NOT NULL").first("n"))
    .toBe(1);
  const left = await directory.prepare("SELECT count(*) AS n FROM outbox WHERE next_at IS NOT NULL").first("n");
  expect(left).toBe(1);
  // It waits ten seconds for the binding: by then its time is over, and what other tests queue is not its to take.
  moment = Number.POSITIVE_INFINITY;
});

it("[E2] what could not be sent is tried again after pauses that grow, for a day, and then given up and listed", async () => {
  await queue();
  binding.refuse = () => {
    throw refusal("E_DELIVERY_FAILED");
  };
  const tries: number[] = [];
  for (let due: unknown = start; typeof due === "number"; due = (await row())?.next_at) {
    await sendAt(due - 1);
    expect(await row()).toMatchObject({ attempts: tries.length });
    await sendAt(due);
    tries.push((due - start) / MINUTE);
  }
  expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 871, 1231]);
  expect(await row()).toMatchObject({
    next_at: null,
    sent_at: null,
    payload: null,
    error: "E_DELIVERY_FAILED: refused",
  });
  binding.refuse = () => {};
  await sendAt(start + 3 * DAY);
  expect(binding.sent).toEqual([]);
});

it("[E2] a message that is refused at first goes out once, when it is due again", async () => {
  await queue();
  binding.refuse = () => {
    throw refusal("E_RATE_LIMIT_EXCEEDED");
  };
  await sendAt(start);
  binding.refuse = () => {};
  await sendAt(start + MINUTE - 1);
  expect(binding.sent).toHaveLength(0);
  for (let n = 0; n < 3; n++) await sendAt(start + MINUTE + n * HOUR);
  expect(binding.sent).toHaveLength(1);
  expect(await row()).toMatchObject({ error: null, payload: null, sent_at: expect.any(Number) });
});

it("[E2] what no try would change is given up at once; a link that has expired is not sent", async () => {
  binding.refuse = () => {
    throw refusal("E_RECIPIENT_SUPPRESSED");
  };
  await queue();
  await sendAt(start);
  expect(await row()).toMatchObject({ attempts: 1, next_at: null, error: "E_RECIPIENT_SUPPRESSED: refused" });
  binding.refuse = () => {};
  key = `${key}/reset`;
  await queue(key, { kind: "resetPassword", to: "ada@example.org", link: LINK, expiresAt: start + HOUR });
  await sendAt(start + HOUR);
  expect(binding.sent).toEqual([]);
  expect(await row()).toMatchObject({ next_at: null, error: "its time was over" });
});

it("[E2] what a sender had when it stopped is not sent a second time, and is listed as not known", async () => {
  await queue();
  // The binding has taken the message, and the sender ends before it notes so.
  const stopped = deployed(binding, { DIRECTORY: failingAt(directory, "sent_at = ?2") });
  await expect(sendAt(start, stopped)).rejects.toThrow("stopped");
  expect(binding.sent).toHaveLength(1);
  for (const later of [MINUTE, 19 * MINUTE, 21 * MINUTE, HOUR, DAY]) await sendAt(start + later);
  expect(binding.sent).toHaveLength(1);
  expect(await row()).toMatchObject({ payload: null, error: expect.stringContaining("may have been sent") });
});

/** A database that fails on statements with a text. */
function failingAt(database: D1Database, text: string): D1Database {
  return {
    prepare(query: string) {
      if (query.includes(text)) throw new Error("the sender stopped");
      return database.prepare(query);
    },
  } as unknown as D1Database;
}

it("[E2] [E3] the directory holds no secret of a mail: while it waits it is encrypted, and then gone", async () => {
  await queue();
  const waiting = Buffer.from((await row())?.payload as number[]);
  expect(waiting.length).toBeGreaterThan(0);
  expect(waiting.includes("secret")).toBe(false);
  await sendAt(start, deployed(binding, { AUTH_SECRET: "another secret than that which it was written under" }));
  expect(binding.sent).toEqual([]);
  expect(await row()).toMatchObject({ payload: null, error: expect.stringContaining("AUTH_SECRET") });
  key = `${key}/2`;
  await queue();
  await sendAt(start);
  expect(binding.sent).toHaveLength(1);
  expect(await row()).toMatchObject({ payload: null });
});

it("[E2] a message that was exchanged for another event's cannot be read", async () => {
  await queue();
  await queue(`${key}/2`, invitation({ to: "mallory@example.org" }));
  await directory
    .prepare("UPDATE outbox SET payload = (SELECT payload FROM outbox WHERE key = ?1) WHERE key = ?2")
    .bind(key, `${key}/2`)
    .run();
  await sendAt(start);
  expect(binding.sent.map(({ to }) => to)).toEqual(["grace@example.org"]);
});

it("[E2] rows go after 30 days", async () => {
  await queue();
  await sendAt(start);
  await forgetMail(directory, start + 29 * DAY, 100);
  expect(await row()).not.toBeNull();
  await forgetMail(directory, start + 31 * DAY, 100);
  expect(await row()).toBeNull();
});

it("[E2] the administrator sees what could not be sent and why, and nobody else does", async () => {
  // The first account of this file may be another one: what counts is the directory's word.
  const [admin, other] = [await mailedSignUp(), await mailedSignUp()];
  await directory.prepare("UPDATE users SET admin = (id = ?)").bind(admin.userId).run();
  await directory.prepare("DELETE FROM outbox").run();
  binding.refuse = () => {
    throw refusal("E_SENDER_NOT_VERIFIED");
  };
  await queue();
  await sendAt(start);
  const answer = await admin.api("/admin/mail");
  const unsent = [
    {
      kind: "invitation",
      recipient: "grace@example.org",
      attempts: 1,
      createdAt: start,
      nextAt: start + MINUTE,
      error: "E_SENDER_NOT_VERIFIED: refused",
    },
  ];
  expect(await answer.json()).toMatchObject({ via: "kept", unsent, next: null });
  expect((await other.api("/admin/mail")).status).toBe(403);
});
