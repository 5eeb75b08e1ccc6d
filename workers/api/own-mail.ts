import type { Context } from "hono";
import { LedgeError } from "../../protocol/errors.ts";
import { mailOf } from "../mail/mail.ts";
import { mailLanguage } from "../mail/messages.ts";
import { writeToOwner, type MailSetting } from "../mail/own-mail.ts";
import { sendSoon } from "../mail/send.ts";
import type { MailOwner } from "../storage/directory-mail-tokens.ts";
import type { AppContext } from "./context.ts";

/** @throws LedgeError `mail_unavailable` where this deployment has no mail (E1) */
export function requireMail(c: Context<AppContext>): void {
  if (mailOf(c.env) === null) throw new LedgeError("mail_unavailable");
}

/**
 * Where mails lead: to where the request came to, which is a name that Cloudflare has for this deployment, whatever the
 * request says. Mails that leave the machine lead there by https, also where somebody asked without it: what they lead to
 * takes a secret.
 */
export function mailOrigin(c: Context<AppContext>): string {
  const url = new URL(c.req.url);
  if (mailOf(c.env) === "cloudflare") url.protocol = "https:";
  return url.origin;
}

/** Mails lead to this deployment, in the language that the request asks for. */
export function mailSetting(c: Context<AppContext>): MailSetting {
  return { origin: mailOrigin(c), language: mailLanguage(c.req.header("accept-language")) };
}

/**
 * Writes an account a mail by which it confirms its email, where there is mail. What asked for the account or its email has
 * been done by then: a failure is logged, and the person can ask for the mail again.
 */
export async function askToVerify(c: Context<AppContext>, owner: MailOwner): Promise<void> {
  try {
    await writeToOwner(c.env, "verify", owner, mailSetting(c), Date.now());
    sendSoon(c.env, c.executionCtx);
  } catch (error) {
    console.error("a mail to confirm an email was not written", { userId: owner.userId, error: String(error) });
  }
}
