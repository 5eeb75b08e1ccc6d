import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Env } from "../../../workers/env.ts";
import { unseal } from "../../../workers/mail/seal.ts";
import { written, type WrittenMail } from "../../../workers/mail/templates.ts";

const { DIRECTORY, AUTH_SECRET } = env as unknown as Env;
export const directory = DIRECTORY;

/** A message that was kept instead of sent. */
export type ReadMail = WrittenMail & { readonly kind: string; readonly link: string };

/** What was kept for an address, newest first. */
export async function keptMail(to: string): Promise<ReadMail[]> {
  const { results } = await directory
    .prepare("SELECT key, payload FROM outbox WHERE recipient = ? AND sent_at IS NOT NULL ORDER BY id DESC")
    .bind(to)
    .all<{ key: string; payload: number[] }>();
  return Promise.all(
    results.map(async ({ key, payload }) => {
      const message = await unseal(AUTH_SECRET, key, new Uint8Array(payload));
      return { ...written(message), kind: message.kind, link: message.link };
    }),
  );
}

/** The newest message of a kind to an address, once it is there: mail is sent after the answer. */
export function untilMail(to: string, kind: string): Promise<ReadMail> {
  return vi.waitUntil(async () => (await keptMail(to)).find((mail) => mail.kind === kind), { interval: 20 });
}

/** The secret in a message's link. */
export function tokenIn({ link }: ReadMail): string {
  return new URL(link).hash.slice(1);
}
