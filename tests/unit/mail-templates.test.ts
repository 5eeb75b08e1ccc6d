import { expect, it } from "vitest";
import { mailLanguage, MailMessage, type NewMail } from "../../workers/mail/messages.ts";
import { mailSender, readable } from "../../workers/mail/names.ts";
import { written } from "../../workers/mail/templates.ts";

const EXPIRES = Date.UTC(2026, 10, 23, 18, 5);
const LINK = "https://ledge.test/x#secret";
/** A name that would be a header, markup and another text's direction. */
const HOSTILE = 'Eve\r\nBcc: all@example.org\r\n\r\n<script>"&\u202E\u2028\u0000x';

const receiver = { to: "grace@example.org", link: LINK };
const INVITATION: NewMail = {
  kind: "invitation",
  ...receiver,
  inviter: "Ada",
  inviterEmail: "ada@example.org",
  isInviterVerified: true,
  folder: "Engines",
  message: "Look at these.\nThey move.",
  expiresAt: EXPIRES,
};
const RECEIVED: NewMail = {
  kind: "received",
  ...receiver,
  linkName: "Applications",
  guest: "Alan",
  count: 12,
  files: Array.from({ length: 12 }, (_, n) => `${n}.pdf`),
};
const ALL: NewMail[] = [
  { kind: "resetPassword", ...receiver, expiresAt: EXPIRES },
  { kind: "verifyEmail", ...receiver, expiresAt: EXPIRES },
  INVITATION,
  { kind: "offer", ...receiver, owner: "Ada", ownerEmail: "ada@example.org", folder: "Engines", expiresAt: EXPIRES },
  RECEIVED,
];

const write = (message: NewMail) => written(MailMessage.parse(message));

/** The text that HTML shows. */
function shown(html: string): string {
  const body = html.slice(html.indexOf("<body"));
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return body.replace(/<[^>]*>/g, "\n").replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "");
}

it("[E5] an invitation does not pass an email off as the inviter's that nobody has confirmed", () => {
  expect(write(INVITATION).text).toContain("Ada (ada@example.org) invites you");
  const unknown = write({ ...INVITATION, isInviterVerified: false });
  expect(unknown.text).toContain("Ada (ada@example.org, not confirmed) invites you");
  expect(shown(unknown.html)).toContain("Ada (ada@example.org, not confirmed) invites you");
});

for (const language of ["en", "de"] as const) {
  it(`[E5] each message says the same as text and as HTML, and loads nothing, in ${language}`, () => {
    for (const message of ALL) {
      const { subject, text, html } = write({ ...message, language });
      expect(html).toContain(`<html lang="${language}">`);
      expect(
        html.match(/\b(?:src|background|srcset|poster|data|action)=|url\(|@import|<(?:script|link|img|form)/gi),
      ).toBeNull();
      expect([...html.matchAll(/https?:\/\/[^"\s<]+/g)].map(([address]) => address)).toEqual([LINK, LINK, LINK]);
      expect(text).toContain(`:\n${LINK}\n`);
      const seen = shown(html);
      expect(seen).toContain(subject);
      for (const line of text.split("\n").map((each) => each.replace(/^(> |-- $)/, "").replace(/:$/, "")))
        expect(seen, line).toContain(line);
    }
  });
}

it("[E5] messages are in German for who reads German, in English for everybody else", () => {
  expect(write({ ...ALL[0]!, language: "de" }).subject).toBe("Neues Passwort wählen");
  expect(write(ALL[0]!).subject).toBe("Choose a new password");
  expect(write({ ...ALL[0]!, language: "de" }).text).toContain("bis 23. November 2026 um 18:05 UTC");
  expect(write(ALL[0]!).text).toContain("until 23 November 2026 at 18:05 UTC");
  const asked = {
    de: "de",
    "de-CH, en;q=0.9": "de",
    "fr, en;q=0.4, de;q=0.5": "de",
    "de;q=0, en": "en",
    "en-GB,de;q=0.9": "en",
    "fr-FR,es": "en",
    "": "en",
    ";;q=,,,=": "en",
  };
  for (const [header, language] of Object.entries(asked)) expect(mailLanguage(header), header).toBe(language);
  expect(mailLanguage(undefined)).toBe("en");
});

it("[E5] no name ends a header, is markup, or turns other text around", () => {
  const hostile: NewMail[] = [
    { ...INVITATION, inviter: HOSTILE, folder: HOSTILE, message: `Hello\r\n${HOSTILE}` },
    { ...RECEIVED, linkName: HOSTILE, guest: HOSTILE, files: [HOSTILE] },
  ];
  for (const message of hostile) {
    const { subject, text, html } = write(message);
    expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
    expect(subject.length).toBeLessThan(200);
    for (const body of [text, html]) expect(body).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E\u2028]/);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;script&gt;&quot;&amp;");
  }
});

it("[E5] long names are cut, and never through a character", () => {
  for (let most = 2; most < 9; most++) expect(readable("😀".repeat(9), most).isWellFormed()).toBe(true);
  expect(readable("a".repeat(100), 10)).toBe(`${"a".repeat(9)}…`);
  const long = write({
    ...INVITATION,
    inviter: "x".repeat(5_000),
    folder: "y".repeat(5_000),
    message: "z\n".repeat(5_000),
  });
  expect(long.subject.length).toBeLessThan(120);
  expect(long.text.length).toBeLessThan(3_000);
});

it("[E5] the files of a drop are listed up to ten, and not at all where a password protects the link", () => {
  const { text } = write(RECEIVED);
  expect(text).toContain("> 9.pdf\n> and 2 more\n");
  expect(text).not.toContain("10.pdf");
  const locked = write({ ...RECEIVED, files: null });
  expect(locked.text + locked.html).not.toContain(".pdf");
  expect(locked.text).toContain("sent 12 files");
});

it("[E1] MAIL_FROM is an address, with or without a name, and nothing that would be a header", () => {
  expect(mailSender("ledge@example.org")).toEqual({ name: "Ledge", email: "ledge@example.org" });
  expect(mailSender('"Our files" <ledge@example.org>')).toEqual({ name: "Our files", email: "ledge@example.org" });
  for (const none of ["", "ledge", "a@b, c@d", "a@b\r\nBcc: c@d", "Name <a@b> <c@d>", "a b@c"])
    expect(mailSender(none), none).toBeNull();
});
