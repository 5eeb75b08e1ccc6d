import type { MailLanguage } from "./messages.ts";

/** One line of a message each; names come in made harmless. */
interface Words {
  readonly ignore: Readonly<Record<"resetPassword" | "verifyEmail" | "invitation", string>>;
  readonly reset: { subject: string; what: string; action: string; until: (time: string) => string };
  readonly verify: { subject: string; what: string; action: string; until: (time: string) => string };
  readonly invitation: {
    subject: (inviter: string, folder: string) => string;
    what: (inviter: string, email: string, folder: string) => string;
    /** An email that the inviter gave, and that may be somebody else's. */
    unconfirmed: (email: string) => string;
    message: (inviter: string) => string;
    action: string;
    until: (time: string) => string;
  };
  readonly offer: {
    subject: (owner: string, folder: string) => string;
    what: (owner: string, email: string, folder: string) => string;
    action: string;
    means: string;
    until: (time: string) => string;
  };
  readonly received: {
    subject: (guest: string, linkName: string) => string;
    what: (guest: string, count: number, linkName: string) => string;
    more: (count: number) => string;
    action: string;
    why: string;
  };
  /** Before an address that is written out. */
  readonly address: string;
  /** Who sent the message: the deployment at this name. */
  readonly from: (host: string) => string;
}

export const WORDS: Readonly<Record<MailLanguage, Words>> = {
  en: {
    ignore: {
      resetPassword: "If you did not ask for this, do nothing: your password stays as it is.",
      verifyEmail: "If this is not your account, do nothing: the address stays unconfirmed.",
      invitation: "If you do not know this person, do nothing: nothing is shared with you until you accept.",
    },
    reset: {
      subject: "Choose a new password",
      what: "Somebody, hopefully you, asked for a new password for the account with this email address.",
      action: "Choose a new password",
      until: (time) => `The link works once, until ${time}. The new password signs you out everywhere.`,
    },
    verify: {
      subject: "Confirm your email address",
      what: "An account here has this email address. Confirm that it is yours.",
      action: "Confirm this address",
      until: (time) => `The link works until ${time}.`,
    },
    invitation: {
      subject: (inviter, folder) => `${inviter} shares “${folder}” with you`,
      what: (inviter, email, folder) => `${inviter} (${email}) invites you to the shared folder “${folder}”.`,
      unconfirmed: (email) => `${email}, not confirmed`,
      message: (inviter) => `${inviter} writes:`,
      action: "See the invitation",
      until: (time) => `The invitation is good until ${time}. Whoever has this link can accept it: do not pass it on.`,
    },
    offer: {
      subject: (owner, folder) => `${owner} offers you the folder “${folder}”`,
      what: (owner, email, folder) => `${owner} (${email}) wants you to be the owner of the shared folder “${folder}”.`,
      action: "See the folder",
      means: "If you accept, the folder moves to your files and counts for your storage. Until then nothing changes.",
      until: (time) => `The offer is good until ${time}.`,
    },
    received: {
      subject: (guest, linkName) => `${guest} sent files to “${linkName}”`,
      what: (guest, count, linkName) =>
        count === 1
          ? `A guest who gave the name ${guest} sent a file to your link for “${linkName}”.`
          : `A guest who gave the name ${guest} sent ${count} files to your link for “${linkName}”.`,
      more: (count) => `and ${count} more`,
      action: "Open the folder",
      why: "You get this because you made the link. Whoever has it can send files, under any name they like.",
    },
    address: "Or copy this address into a browser:",
    from: (host) => `Sent by Ledge at ${host}. Answers to this message are not read.`,
  },
  de: {
    ignore: {
      resetPassword: "Wenn Sie nicht darum gebeten haben, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
      verifyEmail: "Wenn das nicht Ihr Konto ist, tun Sie nichts: Die Adresse bleibt unbestätigt.",
      invitation:
        "Wenn Sie diese Person nicht kennen, tun Sie nichts: Solange Sie nicht annehmen, wird nichts mit Ihnen geteilt.",
    },
    reset: {
      subject: "Neues Passwort wählen",
      what: "Jemand, hoffentlich Sie, hat für das Konto mit dieser E-Mail-Adresse ein neues Passwort angefordert.",
      action: "Neues Passwort wählen",
      until: (time) => `Der Link gilt einmal, bis ${time}. Mit dem neuen Passwort werden Sie überall abgemeldet.`,
    },
    verify: {
      subject: "E-Mail-Adresse bestätigen",
      what: "Ein Konto hier hat diese E-Mail-Adresse. Bestätigen Sie, dass sie Ihnen gehört.",
      action: "Adresse bestätigen",
      until: (time) => `Der Link gilt bis ${time}.`,
    },
    invitation: {
      subject: (inviter, folder) => `${inviter} teilt „${folder}“ mit Ihnen`,
      what: (inviter, email, folder) => `${inviter} (${email}) lädt Sie in den geteilten Ordner „${folder}“ ein.`,
      unconfirmed: (email) => `${email}, nicht bestätigt`,
      message: (inviter) => `${inviter} schreibt:`,
      action: "Einladung ansehen",
      until: (time) =>
        `Die Einladung gilt bis ${time}. Wer diesen Link hat, kann sie annehmen: Geben Sie ihn nicht weiter.`,
    },
    offer: {
      subject: (owner, folder) => `${owner} bietet Ihnen den Ordner „${folder}“ an`,
      what: (owner, email, folder) => `${owner} (${email}) möchte Ihnen den geteilten Ordner „${folder}“ übereignen.`,
      action: "Ordner ansehen",
      means:
        "Wenn Sie annehmen, zieht der Ordner zu Ihren Dateien um und zählt für Ihren Speicher. Bis dahin ändert sich nichts.",
      until: (time) => `Das Angebot gilt bis ${time}.`,
    },
    received: {
      subject: (guest, linkName) => `${guest} hat Dateien an „${linkName}“ gesendet`,
      what: (guest, count, linkName) =>
        count === 1
          ? `Ein Gast, der sich ${guest} nennt, hat über Ihren Link eine Datei an „${linkName}“ gesendet.`
          : `Ein Gast, der sich ${guest} nennt, hat über Ihren Link ${count} Dateien an „${linkName}“ gesendet.`,
      more: (count) => `und ${count} weitere`,
      action: "Ordner öffnen",
      why: "Sie erhalten das, weil der Link von Ihnen ist. Wer ihn hat, kann unter jedem Namen Dateien senden.",
    },
    address: "Oder kopieren Sie diese Adresse in einen Browser:",
    from: (host) => `Gesendet von Ledge auf ${host}. Antworten auf diese Nachricht werden nicht gelesen.`,
  },
};
