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
 * Where mails lead: to `APP_ORIGIN`, where that is set. Else to where the request came to, which is a name of this Worker's,
 * whatever the request says, because Cloudflare finds the Worker by it; with a wildcard among its routes those are many. Mails
 * that leave the machine lead there by https, also where somebody asked without it: what they lead to takes a secret.
 *
 * @throws Error where `APP_ORIGIN` is no origin, so that none leads astray
 */
export function mailOrigin(c: Context<AppContext>): string {
  const { APP_ORIGIN: pinned } = c.env;
  if (pinned) return pinnedOrigin(pinned);
  const url = new URL(c.req.url);
  if (mailOf(c.env) === "cloudflare") url.protocol = "https:";
  return url.origin;
}

function pinnedOrigin(pinned: string): string {
  const url = URL.parse(pinned);
  const isOrigin = url?.protocol === "https:" && url.href === `${url.origin}/`;
  if (!isOrigin) throw new Error("APP_ORIGIN is to be an origin, like https://ledge.example.org");
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
