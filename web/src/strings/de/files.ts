import type { files as en } from "../en/files.ts";

const number = new Intl.NumberFormat("de");
const items = (count: number): string => (count === 1 ? "1 Element" : `${number.format(count)} Elemente`);
const things = (names: readonly string[]): string => (names.length === 1 ? `„${names[0]}“` : items(names.length));

export const files: typeof en = {
  items,
  root: "Dateien",
  path: "Pfad",
  hiddenFolders: "Ordner dazwischen",
  listOf: (folder) => `Inhalt von ${folder}`,

  columns: {
    name: "Name",
    size: "Größe",
    mtime: "Geändert",
    from: "Aus",
    where: "Ort",
    deleted: "Gelöscht",
    actions: "Aktionen",
  },
  sortBy: "Sortieren nach",
  ascending: "Aufsteigend",
  descending: "Absteigend",
  asList: "Liste",
  asGrid: "Kacheln",
  asGallery: "Galerie",
  view: "Ansicht",
  filter: "Diesen Ordner filtern",
  clearFilter: "Filter löschen",
  create: "Neu",
  newFolder: "Neuer Ordner",
  newFolderName: "Neuer Ordner",
  createFolder: "Ordner anlegen",
  textFile: {
    create: "Neue Textdatei",
    name: "Unbenannt.txt",
    created: (name) => `„${name}“ angelegt`,
    createUndone: (name) => `„${name}“ ist im Papierkorb`,
  },
  upload: "Hochladen",
  uploadFiles: "Dateien hochladen",
  uploadFolder: "Ordner hochladen",
  loading: "Wird geladen …",
  counted: (folders, files) =>
    [
      folders > 0 || files === 0 ? `${number.format(folders)} Ordner` : "",
      files > 0 ? (files === 1 ? "1 Datei" : `${number.format(files)} Dateien`) : "",
    ]
      .filter(Boolean)
      .join(", "),
  found: (count) => `${number.format(count)} Treffer`,
  stillLoading: "weitere werden geladen …",
  kept: "Offline: wie zuletzt gesehen",

  emptyDrive: "Alles bereit für Ihre Dateien",
  emptyDriveText:
    "Legen Sie Dateien oder Ordner irgendwo auf dieser Seite ab. Sie werden verschlüsselt, in Versionen aufbewahrt und sind auf allen Ihren Geräten.",
  emptyDriveCli: "Lieber im Terminal?",
  firstRun: {
    everywhere: "Überall zugleich",
    everywhereText:
      "Was sich auf einem Gerät ändert, erscheint binnen einer Sekunde auf den anderen und geht auch offline.",
    versions: "Nichts geht verloren",
    versionsText:
      "Jedes Speichern ist eine Version. Gelöschtes wartet im Papierkorb, und Änderungen lassen sich rückgängig machen.",
    yours: "Ihres",
    yoursText: "Alles liegt in Ihrem eigenen Konto bei Cloudflare, verschlüsselt, unter einer offenen Lizenz.",
    copy: "Kopieren",
    copied: "Kopiert",
  },
  emptyFolder: "Dieser Ordner ist leer",
  emptyFolderText: "Legen Sie hier Dateien ab, oder legen Sie einen Ordner an, um Ordnung zu schaffen.",
  nothingFound: "Hier passt nichts",
  nothingFoundText: (filter) => `Kein Name in diesem Ordner enthält „${filter}“.`,
  missing: "Dieser Ordner ist nicht mehr da",
  missingText:
    "Er wurde in den Papierkorb gelegt, gelöscht oder hat nie existiert. Ihre anderen Dateien sind, wo sie waren.",
  missingFile: "Diese Datei ist nicht mehr da",
  unshared: "Dieser Ordner ist nicht mehr mit Ihnen geteilt",
  unsharedText:
    "Der Ordner wird nicht mehr geteilt, wurde weggelegt, oder Sie haben ihn verlassen. Fragen Sie den Eigentümer, wenn Sie ihn noch brauchen. Was Sie anderswo gespeichert haben, ist unberührt.",
  sharing: {
    badge: "Geteilter Ordner",
    by: (name, role) => `Geteilt von ${name} · ${role}`,
    byYou: (people) =>
      people === 0
        ? "Von Ihnen geteilt · noch ist niemand dabei"
        : people === 1
          ? "Von Ihnen mit 1 Person geteilt"
          : `Von Ihnen mit ${number.format(people)} Personen geteilt`,
    roles: { viewer: "darf ansehen", editor: "darf bearbeiten", manager: "darf bearbeiten und Personen verwalten" },
    offered: "Sie sollen ihn übernehmen",
    staysTitle: "Das bleibt, wo es ist",
    noCopies: "Zwischen einem geteilten Ordner anderer und einem anderen Ort wird verschoben, nicht kopiert.",
    sharedStays: "Ein geteilter Ordner kann nicht in einen anderen. Verschieben Sie stattdessen die Dateien darin.",
    emptyToView:
      "Hier ist noch nichts. Sie dürfen diesen Ordner ansehen: Was andere hineinlegen, erscheint von selbst.",
  },
  toRoot: "Zu den Dateien",
  toTrash: "Im Papierkorb nachsehen",

  open: "Öffnen",
  showInFolder: "Im Ordner zeigen",
  download: "Herunterladen",
  rename: "Umbenennen",
  move: "Verschieben nach …",
  copy: "Kopieren nach …",
  cut: "Ausschneiden",
  copyHere: "Kopieren",
  paste: "Einfügen",
  star: "Markieren",
  unstar: "Markierung entfernen",
  trash: "In den Papierkorb",
  share: "Teilen …",
  shared: "Durch einen Link geteilt",
  copyLink: "Link kopieren",
  linkCopied: "Link kopiert",
  linkNotCopied: "Der Browser lässt den Link nicht kopieren",
  downloadFailed: "Der Download ist fehlgeschlagen",
  details: "Details",
  more: "Mehr",
  close: "Schließen",
  cancel: "Abbrechen",
  selected: (count) => `${number.format(count)} ausgewählt`,
  clearSelection: "Auswahl aufheben",
  selectAll: "Alles auswählen",
  starred: "Markiert",
  pending: "Noch nicht gespeichert",

  nameOf: (name) => `Neuer Name von ${name}`,
  nameTaken: "Etwas mit diesem Namen ist schon hier.",
  nameEmpty: "Ein Name hat mindestens ein Zeichen.",
  nameDots: "Das ist kein Name.",
  nameSlash: "Ein Name enthält keinen Schrägstrich.",
  nameControl: "Ein Name enthält keine Steuerzeichen.",
  nameLong: "Dieser Name ist zu lang.",

  picker: {
    moveTitle: (names) => `${things(names)} verschieben`,
    copyTitle: (names) => `${things(names)} kopieren`,
    moveHere: "Hierher verschieben",
    copyHere: "Hierher kopieren",
    search: "Ordner finden",
    noFolders: "Hier sind keine Ordner",
    notFound: "Kein Ordner, den dieser Browser gesehen hat, heißt so",
    up: "Einen Ordner höher",
    isInside: "Ein Ordner kann nicht in sich selbst",
    isHere: "Hier ist es schon",
    isCrossing: "Aus geteilten Ordnern anderer und in sie hinein wird verschoben, nicht kopiert",
    sharedStays: "Ein geteilter Ordner kann nicht in einen anderen",
    isReadOnly: "Sie dürfen diesen Ordner ansehen, aber nicht ändern",
    folders: "Ordner",
    go: (name) => `${name} öffnen`,
  },
  conflict: {
    title: "Etwas mit diesem Namen ist schon da",
    text: (names) =>
      names.length === 1
        ? `„${names[0]}“ ist schon da. Beide behalten? Was dazukommt, erhält eine Nummer.`
        : `${number.format(names.length)} der Elemente haben Namen, die es schon gibt. Beide behalten? Was dazukommt, erhält eine Nummer.`,
    keepBoth: "Beide behalten",
    skip: "Auslassen",
  },

  trashPage: {
    title: "Papierkorb",
    list: "Inhalt des Papierkorbs",
    text: "Gelöschtes wartet hier, bis der Papierkorb geleert wird.",
    which: "Wessen Papierkorb",
    own: "Meine Dateien",
    of: (folder, owner) => `${folder} (geteilt von ${owner})`,
    textOf: {
      viewer: "Was in diesem geteilten Ordner gelöscht wurde. Wer darin bearbeiten darf, kann es wiederherstellen.",
      editor:
        "Was in diesem geteilten Ordner gelöscht wurde. Endgültig löschen können es der Eigentümer und die Verwalter.",
    },
    textOfManaged:
      "Was in diesem geteilten Ordner gelöscht wurde, wartet hier, bis jemand, der ihn verwaltet, den Papierkorb leert.",
    emptyTextOf: (folder) => `Was in „${folder}“ gelöscht wird, kommt zuerst hierher und lässt sich wiederherstellen.`,
    empty: "Papierkorb leeren",
    emptyTitle: "Der Papierkorb ist leer",
    emptyText: "Gelöschtes kommt zuerst hierher und lässt sich wiederherstellen.",
    restore: "Wiederherstellen",
    purge: "Endgültig löschen",
    confirmPurge: (names) => `${things(names)} endgültig löschen?`,
    confirmPurgeText: "Alle Versionen werden mitgelöscht. Das lässt sich nicht rückgängig machen.",
    confirmEmpty: "Papierkorb leeren?",
    confirmEmptyText: (count) =>
      `Endgültig gelöscht mit allen Versionen: ${count}. Das lässt sich nicht rückgängig machen.`,
    atLeast: (count) => `Mehr als ${items(count)}`,
    emptied: (count) => `${items(count)} endgültig gelöscht`,
    emptyFailed: "Der Papierkorb konnte nicht geleert werden",
    unknownFolder: "Ein gelöschter Ordner",
  },
  starredPage: {
    title: "Markiert",
    emptyTitle: "Noch nichts markiert",
    emptyText: "Markieren Sie mit dem Stern, was Sie oft brauchen: Er ist in der Zeile und im Menü.",
  },
  detail: {
    which: "Was gezeigt wird",
    title: "Details",
    nothing: "Wählen Sie etwas aus, um zu sehen, was es ist.",
    several: items,
    type: "Typ",
    folder: "Ordner",
    file: "Datei",
    fileOf: (extension) => `${extension.toUpperCase()}-Datei`,
    size: "Größe",
    where: "Ort",
    modified: "Geändert",
    added: "Hinzugefügt",
    versions: "Versionen",
    contains: "Enthält",
    stored: "Belegt",
    shared: (bytes) => `Weitere ${bytes} teilt sie mit anderen Dateien und Versionen; sie sind einmal gespeichert`,
    counting: "Wird gezählt …",
    atLeast: (text) => `Mehr als ${text}`,
    unknown: "Gerade nicht bekannt",
  },
  drop: {
    into: (folder) => `Loslassen, um nach „${folder}“ hochzuladen`,
    notBegun: "Der Upload hat nicht begonnen",
    unread: "Einige Dateien konnten nicht gelesen werden und werden nicht hochgeladen",
    unreadText: (names, more, number) => (more > 0 ? `${names} und ${number} weitere` : names),
  },
};
