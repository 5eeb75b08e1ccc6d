import { z } from "zod";

/** The languages that mails are written in. */
export const MailLanguage = z.enum(["en", "de"]);
export type MailLanguage = z.infer<typeof MailLanguage>;

const receiver = {
  /** An email address. */
  to: z.string(),
  /** The receiver's, as far as it is known; else English. */
  language: MailLanguage.default("en"),
};
/** Milliseconds since 1970. */
const time = z.number().int();
/** A page of this deployment. Its secret, if it has one, stands after `#`, which no server is told. */
const link = z.url();

/** What a mail tells, as those know it who write it down. Names are as people chose them; templates make them harmless. */
export const MailMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("resetPassword"), ...receiver, link, expiresAt: time }),
  z.object({ kind: z.literal("verifyEmail"), ...receiver, link, expiresAt: time }),
  z.object({
    kind: z.literal("invitation"),
    ...receiver,
    /** The name of who invites, and the address they sign in with. */
    inviter: z.string(),
    inviterEmail: z.string(),
    /** Whether that is known to be theirs (E4). */
    isInviterVerified: z.boolean(),
    folder: z.string(),
    message: z.string().nullable(),
    link,
    expiresAt: time,
  }),
  z.object({
    kind: z.literal("offer"),
    ...receiver,
    /** The name of the folder's owner, who gives it away, and the address they sign in with. */
    owner: z.string(),
    ownerEmail: z.string(),
    folder: z.string(),
    /** The folder's page. */
    link,
    expiresAt: time,
  }),
  z.object({
    kind: z.literal("received"),
    ...receiver,
    /** What the link's folder is called. */
    linkName: z.string(),
    guest: z.string(),
    count: z.number().int().positive(),
    /** The first few of the files' names; null where a password protects the link (E5). */
    files: z.array(z.string()).nullable(),
    /** The folder's page. */
    link,
  }),
]);
export type MailMessage = z.output<typeof MailMessage>;
/** As a writer gives it: `language` may be left out. */
export type NewMail = z.input<typeof MailMessage>;

/** The language of those that mails are written in which a request asks for first, by its `Accept-Language`. */
export function mailLanguage(acceptLanguage: string | undefined): MailLanguage {
  const asked = (acceptLanguage ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.trim().split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of asked) {
    const known = MailLanguage.safeParse(language);
    if (known.success) return known.data;
  }
  return "en";
}
