import type { Env } from "../env.ts";
import { claimDue, giveUpLost, noteFailed, noteSent, type ClaimedMail } from "../storage/directory-outbox.ts";
import { mailOf } from "./mail.ts";
import { mailSender, readable } from "./names.ts";
import { unseal } from "./seal.ts";
import { written } from "./templates.ts";

const MINUTE = 60_000;
/** A sender that told nothing for so long has stopped: no request and no cron of ours works on. Milliseconds. */
const LEASE = 20 * MINUTE;
/** Messages that one call sends at most. */
const MOST = 200;
/**
 * A call begins no message after so long, milliseconds: after its answer a request has 30 seconds, and what it takes with it
 * then is not sent again; and the cron has more to do.
 */
const SENDING = 15_000;
/** How long the binding may take over one message, milliseconds: with the above, less than a request has. */
const ANSWERING = 10_000;
/** Pauses begin with this and double, up to the longest. */
const FIRST_PAUSE = MINUTE;
const LONGEST_PAUSE = 6 * 60 * MINUTE;

/** What no further try would change; codes of Cloudflare's email binding. */
const PERMANENT: ReadonlySet<string> = new Set([
  "E_VALIDATION_ERROR",
  "E_FIELD_MISSING",
  "E_CONTENT_TOO_LARGE",
  "E_RECIPIENT_NOT_ALLOWED",
  "E_RECIPIENT_SUPPRESSED",
]);

/** Sends what is due after the answer; what that misses, the cron sends. */
export function sendSoon(env: Env, context: Pick<ExecutionContext, "waitUntil">): void {
  if (mailOf(env) === null) return;
  const sent = sendDue(env).catch((error: unknown) =>
    console.error("mail was not sent, to be tried again", { error: String(error) }),
  );
  context.waitUntil(sent);
}

/**
 * Sends messages that are due, each by one of the senders that work at the same time, as far as it comes in 15 seconds. What
 * could not be sent is due again after a pause that doubles, until its time is over; what a sender took with it when it
 * stopped is not sent again, because it may have been sent (E2). So it takes one at a time.
 */
export async function sendDue(env: Env, now: () => number = Date.now): Promise<void> {
  if (mailOf(env) === null) return;
  const begun = now();
  await giveUpLost(env.DIRECTORY, begun);
  for (let taken = 0; taken < MOST && now() - begun < SENDING; taken++) {
    const mail = await claimDue(env.DIRECTORY, now(), LEASE);
    if (!mail) return;
    await sendOne(env, mail, now);
  }
}

async function sendOne(env: Env, mail: ClaimedMail, now: () => number): Promise<void> {
  try {
    await deliver(env, mail, now());
  } catch (error) {
    return noteFailed(env.DIRECTORY, mail.id, reason(error), nextTry(mail, error, now()));
  }
  await noteSent(env.DIRECTORY, mail.id, now(), mailOf(env) === "kept");
}

/** @throws what the binding throws, or `GivenUp` */
async function deliver(env: Env, { key, payload, expires_at }: ClaimedMail, now: number): Promise<void> {
  if (expires_at <= now) throw new GivenUp("its time was over");
  const message = await unseal(env.AUTH_SECRET, key, new Uint8Array(payload)).catch(() => {
    throw new GivenUp("it was written down under another AUTH_SECRET");
  });
  const { subject, text, html } = written(message);
  if (mailOf(env) === "kept") return;
  const from = mailSender(env.MAIL_FROM ?? "");
  if (!env.EMAIL || !from) throw new Error("MAIL_FROM is not an email address");
  const headers = { "X-Auto-Response-Suppress": "All" };
  await answered(env.EMAIL.send({ from, to: message.to, subject, text, html, headers }));
}

/** @throws GivenUp where no answer comes: the binding may have taken the message, and nothing is sent twice (E2) */
async function answered(sending: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new GivenUp("the binding gave no answer, so it may have been sent"));
    timer = setTimeout(giveUp, ANSWERING);
  });
  try {
    await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why no further try is made. */
class GivenUp extends Error {}

/** When to try again; null: never. */
function nextTry({ attempts, expires_at }: ClaimedMail, error: unknown, now: number): number | null {
  if (error instanceof GivenUp || PERMANENT.has(codeOf(error))) return null;
  const next = now + Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
  return next < expires_at ? next : null;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return readable([codeOf(error), text].filter(Boolean).join(": "), 300);
}
