import type { MailMessage } from "./messages.ts";
import { escaped, readable, readableLines } from "./names.ts";
import { WORDS } from "./words.ts";

/** A message as it is sent: text and HTML say the same. */
export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a message consists of, before it is text or HTML. */
interface Parts {
  readonly subject: string;
  readonly before: readonly string[];
  /** Words of somebody else's, line by line. */
  readonly quote?: { readonly lead: string | null; readonly lines: readonly string[] };
  readonly action: string;
  readonly after: readonly string[];
}

/** UTF-16 units of what people chose. */
const MOST = { person: 60, subjectName: 40, place: 100, message: 500 } as const;
/** Names of received files that a message lists. */
const FILES_LISTED = 10;

/** Writes a message in its language (E5): nothing in it is loaded from anywhere, and every name stays a name. */
export function written(message: MailMessage): WrittenMail {
  const parts = partsOf(message);
  const words = WORDS[message.language];
  const { link, language } = message;
  const from = words.from(new URL(link).host);
  const quoted = parts.quote?.lines.map((line) => `> ${line}`).join("\n");
  const text = [
    ...parts.before,
    ...(parts.quote?.lead ? [parts.quote.lead] : []),
    ...(quoted ? [quoted] : []),
    `${parts.action}:\n${link}`,
    ...parts.after,
    `-- \n${from}`,
  ].join("\n\n");
  return {
    subject: parts.subject,
    text: `${text}\n`,
    html: page(parts, { language, link, from, address: words.address }),
  };
}

function partsOf(message: MailMessage): Parts {
  const { language } = message;
  const words = WORDS[language];
  const until = "expiresAt" in message ? time(message.expiresAt, language) : "";
  switch (message.kind) {
    case "resetPassword": {
      const { subject, what, action } = words.reset;
      return { subject, before: [what], action, after: [words.reset.until(until), words.ignore.resetPassword] };
    }
    case "verifyEmail": {
      const { subject, what, action } = words.verify;
      return { subject, before: [what], action, after: [words.verify.until(until), words.ignore.verifyEmail] };
    }
    case "invitation": {
      const inviter = readable(message.inviter, MOST.person) || message.inviterEmail;
      const inviterEmail = readable(message.inviterEmail, 254);
      const email = message.isInviterVerified ? inviterEmail : words.invitation.unconfirmed(inviterEmail);
      const folder = readable(message.folder, MOST.place);
      const lines = readableLines(message.message ?? "", MOST.message);
      return {
        subject: words.invitation.subject(readable(inviter, MOST.subjectName), readable(folder, MOST.subjectName)),
        before: [words.invitation.what(inviter, email, folder)],
        ...(lines.some((line) => line !== "") && { quote: { lead: words.invitation.message(inviter), lines } }),
        action: words.invitation.action,
        after: [words.invitation.until(until), words.ignore.invitation],
      };
    }
    case "offer": {
      const owner = readable(message.owner, MOST.person) || message.ownerEmail;
      const folder = readable(message.folder, MOST.place);
      return {
        subject: words.offer.subject(readable(owner, MOST.subjectName), readable(folder, MOST.subjectName)),
        before: [words.offer.what(owner, readable(message.ownerEmail, 254), folder)],
        action: words.offer.action,
        after: [words.offer.means, words.offer.until(until)],
      };
    }
    case "received": {
      const guest = readable(message.guest, MOST.person);
      const linkName = readable(message.linkName, MOST.place);
      const listed = (message.files ?? []).slice(0, FILES_LISTED).map((name) => readable(name, MOST.place));
      const more = message.count - listed.length;
      const lines = more > 0 && listed.length > 0 ? [...listed, words.received.more(more)] : listed;
      return {
        subject: words.received.subject(readable(guest, MOST.subjectName), readable(linkName, MOST.subjectName)),
        before: [words.received.what(guest, message.count, linkName)],
        ...(lines.length > 0 && { quote: { lead: null, lines } }),
        action: words.received.action,
        after: [words.received.why],
      };
    }
  }
}

/** A moment for whoever may be anywhere: with its zone. */
function time(ms: number, language: string): string {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(ms)} UTC`;
}

interface Frame {
  readonly language: string;
  readonly link: string;
  readonly from: string;
  readonly address: string;
}

const STYLE = {
  body: "margin:0;padding:24px 12px;background:#f3f4f6;color:#1f2430;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif",
  card: "max-width:520px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px",
  heading: "margin:0 0 16px;font-size:20px;line-height:1.3",
  paragraph: "margin:0 0 16px",
  quote: "margin:0 0 16px;padding:8px 16px;border-left:4px solid #d3d7df;color:#3c4352",
  button:
    "display:inline-block;padding:12px 20px;border-radius:8px;background:#1c5fd6;color:#ffffff;font-weight:600;text-decoration:none",
  small: "margin:0 0 16px;font-size:14px;color:#5a6272",
  address: "font-size:13px;word-break:break-all;color:#1c5fd6",
  foot: "max-width:520px;margin:16px auto 0;font-size:13px;color:#5a6272;text-align:center",
} as const;

function page(parts: Parts, { language, link, from, address }: Frame): string {
  const paragraph = (text: string, style: string = STYLE.paragraph) => `<p style="${style}">${escaped(text)}</p>`;
  const quote = parts.quote && [
    parts.quote.lead === null ? "" : paragraph(parts.quote.lead),
    `<blockquote style="${STYLE.quote}">${parts.quote.lines.map(escaped).join("<br>")}</blockquote>`,
  ];
  const href = escaped(link);
  return [
    "<!doctype html>",
    `<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escaped(parts.subject)}</title></head><body style="${STYLE.body}"><div style="${STYLE.card}">`,
    `<h1 style="${STYLE.heading}">${escaped(parts.subject)}</h1>`,
    ...parts.before.map((text) => paragraph(text)),
    ...(quote ?? []),
    `<p style="margin:24px 0"><a href="${href}" style="${STYLE.button}">${escaped(parts.action)}</a></p>`,
    ...parts.after.map((text) => paragraph(text, STYLE.small)),
    `<p style="${STYLE.small}">${escaped(address)}<br><a href="${href}" style="${STYLE.address}">${href}</a></p>`,
    `</div><p style="${STYLE.foot}">${escaped(from)}</p></body></html>`,
  ].join("\n");
}
