import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../env.ts";
import { insertMail } from "../storage/directory-outbox.ts";
import type { NewMail } from "./messages.ts";
import { seal } from "./seal.ts";

/** How long a message is tried to be sent, milliseconds. */
const TRIED_FOR = 86_400_000;

/** Where this deployment's mail goes (E1); null: it has none. */
export function mailOf(env: Env): "cloudflare" | "kept" | null {
  if (env.LOCAL_MAIL === "keep") return "kept";
  return env.EMAIL && env.MAIL_FROM ? "cloudflare" : null;
}

/**
 * Writes a message down, in the batch of what it tells of (E2): the statement goes there, and `sendSoon` after it. A second
 * message under `key` is dropped. Without mail there is nothing to be written: ask `mailOf` where that must be said.
 *
 * @param key - Names the event, for ever: `invitation/<id>`.
 */
export async function queueMail(env: Env, key: string, message: NewMail, now: number): Promise<D1PreparedStatement[]> {
  if (mailOf(env) === null) return [];
  const { kind, to } = message;
  const expiresAt = Math.min(now + TRIED_FOR, "expiresAt" in message ? message.expiresAt : Infinity);
  const payload = await seal(env.AUTH_SECRET, key, message);
  return [insertMail(env.DIRECTORY, { id: newId(now), key, kind, recipient: to, payload, expiresAt }, now)];
}
