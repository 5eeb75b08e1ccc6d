import type { Env } from "../env.ts";
import { insertMailToken, type MailOwner, type MailTokenKind } from "../storage/directory-mail-tokens.ts";
import { queueMail } from "./mail.ts";
import type { MailLanguage } from "./messages.ts";

/** How long the links are good, milliseconds. */
const LIFETIME = { reset: 3_600_000, verify: 86_400_000 } as const satisfies Record<MailTokenKind, number>;
const PAGE = { reset: "/reset-password", verify: "/verify-email" } as const satisfies Record<MailTokenKind, string>;
const MESSAGE = { reset: "resetPassword", verify: "verifyEmail" } as const;

/** 192 bits. */
const SECRET_BYTES = 24;

/** Where a mail leads, and how it is worded. */
export interface MailSetting {
  /** Of this deployment, as the request that causes the mail names it. */
  readonly origin: string;
  readonly language: MailLanguage;
}

/** A link of a mail that is good once, and what is kept of it. */
export async function newMailLink(
  kind: MailTokenKind,
  origin: string,
  now: number,
): Promise<{ readonly link: string; readonly secretHash: ArrayBuffer; readonly expiresAt: number }> {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))).toString("base64url");
  return {
    link: `${origin}${PAGE[kind]}#${secret}`,
    secretHash: await hashSecret(secret),
    expiresAt: now + LIFETIME[kind],
  };
}

/**
 * Writes down a mail to an account's own email, and the digest of the secret in its link: both or neither. The secret is in
 * the mail alone, whose row is encrypted and emptied once it is sent (A10).
 */
export async function writeToOwner(
  env: Env,
  kind: MailTokenKind,
  { userId, email }: MailOwner,
  { origin, language }: MailSetting,
  now: number,
): Promise<void> {
  const { link, secretHash, expiresAt } = await newMailLink(kind, origin, now);
  const key = `${kind}/${Buffer.from(secretHash).toString("base64url")}`;
  const mail = await queueMail(env, key, { kind: MESSAGE[kind], to: email, language, link, expiresAt }, now);
  if (mail.length === 0) return;
  await env.DIRECTORY.batch([
    insertMailToken(env.DIRECTORY, { secretHash, kind, userId, email, expiresAt, isMailed: true }, now),
    ...mail,
  ]);
}

/** What a secret is kept as. It has 192 random bits, so a fast hash without salt is enough. */
export function hashSecret(secret: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
}
