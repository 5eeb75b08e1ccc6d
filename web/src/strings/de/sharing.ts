import type { sharing as english } from "../en/sharing.ts";

const number = new Intl.NumberFormat("de");
const many = (count: number, one: string, several: string): string =>
  count === 1 ? `1 ${one}` : `${number.format(count)} ${several}`;

export const sharing: typeof english = {
  title: (name) => `„${name}“ teilen`,
  close: "Schließen",
  cancel: "Abbrechen",
  loading: "Wird geladen …",
  failed: "Die Links konnten nicht geladen werden",

  aboutFile: "Wer den Link hat, kann diese Datei öffnen, immer in ihrer neuesten Version. Ein Konto ist nicht nötig.",
  aboutFolder: "Wer den Link hat, kann diesen Ordner öffnen, wie er dann gerade ist. Ein Konto ist nicht nötig.",
  make: "Link erstellen und kopieren",
  makeAnother: "Weiteren Link erstellen",
  may: "Wozu der Link dient",
  permissions: { view: "Ansehen", download: "Ansehen und herunterladen", upload: "Dateien senden" },
  permissionText: {
    view: "Andere sehen es hier an. Gespeichert werden kann nichts.",
    download: "Andere sehen es an und speichern, was sie möchten.",
    upload: "Andere senden Ihnen Dateien. Sie sehen weder, was im Ordner ist, noch was sonst jemand sendet.",
  },
  links: "Links",
  link: "Link",
  copy: "Kopieren",
  copied: "Kopiert",
  notCopied: "Der Browser lässt den Link nicht kopieren. Er ist markiert: Kopieren Sie ihn von dort.",
  send: "Senden",
  settings: "Einstellungen",
  open: "Als Gast öffnen",
  more: "Mehr",

  protected: "Passwort",
  expires: (date) => `Bis ${date}`,
  expired: "Abgelaufen",
  usedUp: "Aufgebraucht",
  downloadsOf: (used, most) => `${number.format(used)} von ${many(most, "Download", "Downloads")}`,
  uses: (opened, downloads, received) =>
    [
      many(opened, "Besuch", "Besuche"),
      downloads > 0 && many(downloads, "Download", "Downloads"),
      received > 0 && many(received, "Datei erhalten", "Dateien erhalten"),
    ]
      .filter(Boolean)
      .join(", "),
  neverUsed: "Noch nicht benutzt",
  lastUsed: (when) => `Zuletzt ${when}`,

  form: {
    password: "Passwort",
    passwordSet: "Dieser Link fragt nach einem Passwort.",
    passwordNone: "Keines. Wer den Link hat, kommt hinein.",
    passwordHint:
      "Mindestens 4 Zeichen. Es wird nicht wieder gezeigt: Nennen Sie es auf anderem Weg als dem, auf dem Sie den Link senden.",
    passwordShort: "Mindestens 4 Zeichen",
    passwordShow: "Passwort zeigen",
    setPassword: "Passwort setzen",
    changePassword: "Ändern",
    removePassword: "Entfernen",
    keepPassword: "So lassen",
    removesPassword: "Das Passwort wird beim Speichern entfernt.",
    expiry: "Gilt bis",
    expiries: {
      never: "Ohne Ende",
      day: "Ein Tag",
      week: "Eine Woche",
      month: "30 Tage",
      date: "Selbst gewählter Tag",
    },
    expiryDate: "Letzter Tag",
    expiryPast: "Dieser Tag ist vorbei",
    cap: "Downloads insgesamt",
    capText: "Leer: beliebig viele. Mit einer Grenze zählt auch das Ansehen einer Datei.",
    capWrong: "Eine ganze Zahl von 1 bis 1.000.000",
    bytes: "Gigabyte insgesamt",
    bytesText: "Leer: so viel, wie Ihr Speicher fasst.",
    bytesWrong: "Eine Zahl über 0",
    note: "Hinweis für Gäste",
    noteText: "Steht über den Dateien, höchstens 500 Zeichen.",
    slug: "Name in der Adresse",
    slugText: "Steht vor dem geheimen Teil, damit man sieht, worum es geht. Die alte Adresse gilt weiter.",
    slugWrong: "Buchstaben, Ziffern, - und _, höchstens 64",
    save: "Speichern",
    saved: "Gespeichert. Es gilt ab sofort.",
    unchanged: "Nichts ist geändert",
  },

  revoke: "Widerrufen",
  revokeTitle: "Diesen Link widerrufen?",
  revokeText:
    "Wer ihn hat, kommt sofort nicht mehr hinein. Das lässt sich nicht zurücknehmen; ein neuer Link ist möglich.",
  revoked: "Der Link ist widerrufen",

  page: {
    title: "Geteilt",
    text: "Links, die Sie erstellt haben. Wer einen hat, braucht kein Konto.",
    emptyTitle: "Sie teilen noch nichts",
    emptyText:
      "Wählen Sie „Teilen …“ im Menü einer Datei oder eines Ordners: Andere öffnen es über einen Link, auf Wunsch mit Passwort, Ablauf oder Grenze.",
    toFiles: "Zu Ihren Dateien",
    gone: "Im Papierkorb oder gelöscht",
    root: "Alle Ihre Dateien",
  },
};
