import type { errors as en } from "../en/errors.ts";

export const errors: typeof en = {
  title: "Das hat nicht geklappt",
  offlineTitle: "Keine Verbindung",
  retry: "Erneut versuchen",
  network: "Der Server ist nicht erreichbar. Prüfen Sie die Verbindung; Ledge versucht es von selbst wieder.",
  serverTooOld: "Diese Seite ist neuer als der Server. Laden Sie sie in einer Minute neu.",
  unknown: "Etwas ist schiefgegangen. Versuchen Sie es erneut; hilft das nicht, laden Sie die Seite neu.",
  missingPart: {
    notice:
      "Ein Teil von Ledge konnte nicht geladen werden. Prüfen Sie die Verbindung; hilft das nicht, laden Sie die Seite neu.",
    offline:
      "Sie sind offline, und dieser Browser hat nicht behalten, was dafür nötig ist. Es kommt von selbst, sobald Sie online sind.",
    unreachable: "Der Server ist nicht erreichbar. Prüfen Sie die Verbindung, und versuchen Sie es dann erneut.",
    failing: "Der Server antwortet, aber mit einem Fehler. Versuchen Sie es gleich noch einmal.",
    broken:
      "Der Server hat es nicht, oder nicht ganz. Laden Sie die Seite neu; hilft das nicht, sagen Sie es dem, der diesen Server verwaltet.",
  },
  byCode: {
    not_found: "Es ist nicht mehr da. Vielleicht wurde es verschoben oder gelöscht.",
    parent_not_found: "Den Ordner, in den es sollte, gibt es nicht mehr.",
    name_conflict: "Etwas mit diesem Namen ist schon da.",
    invalid_name:
      "Dieser Name geht nicht: Er ist leer, zu lang oder enthält einen Schrägstrich oder ein Steuerzeichen.",
    over_quota:
      "Es ist kein Platz mehr. Löschen Sie etwas endgültig, oder bitten Sie die Administration um mehr Speicher.",
    stale_base: "Es wurde inzwischen anderswo geändert.",
    would_cycle: "Ein Ordner kann nicht in sich selbst verschoben oder kopiert werden.",
    too_deep: "Das wären zu viele Ordner ineinander.",
    too_many_nodes: "Das ist zu viel für eine Kopie. Kopieren Sie es in Teilen.",
    selection_too_large:
      "Das ist zu viel für einen Download. Wählen Sie weniger Dateien aus, oder laden Sie den Ordner mit der Befehlszeile.",
    already_trashed: "Es ist schon im Papierkorb.",
    not_trashed: "Es ist nicht mehr im Papierkorb.",
    not_a_folder: "Das ist eine Datei, kein Ordner.",
    not_a_file: "Das ist ein Ordner, keine Datei.",
    root_immutable: "Der oberste Ordner kann nicht verschoben, umbenannt oder gelöscht werden.",
    unauthenticated: "Sie sind abgemeldet. Melden Sie sich wieder an, um weiterzumachen.",
    forbidden: "Das dürfen Sie hier nicht. In einem geteilten Ordner bestimmt der Eigentümer, wer ihn ändern darf.",
    mounted_folder: "Das steht für einen geteilten Ordner: Öffne ihn und lege dort etwas hinein.",
    mount_in_shared: "Ein geteilter Ordner von jemand anderem kann nicht in einen geteilten Ordner.",
    insufficient_scope: "Dieses Konto darf das nicht.",
    suspended: "Dieses Konto ist gesperrt. Wenden Sie sich an die Verwaltung dieses Servers.",
    last_administrator:
      "Der Server braucht einen Administrator, der nicht gesperrt ist. Machen Sie erst ein anderes Konto dazu.",
    sign_up_closed: "Dieser Server nimmt keine neuen Konten auf.",
    email_taken: "Mit dieser E-Mail gibt es schon ein Konto. Melden Sie sich stattdessen an.",
    wrong_password: "Das Passwort ist falsch.",
    invalid_code: "Dieser Code ist falsch, abgelaufen oder schon benutzt.",
    challenge_expired:
      "Das hat zu lange gedauert, oder es waren zu viele falsche Codes. Beginnen Sie wieder mit dem Passwort.",
    two_factor_on: "Die Zwei-Faktor-Anmeldung ist schon an.",
    two_factor_off: "Die Zwei-Faktor-Anmeldung ist nicht an.",
    mail_unavailable: "Dieser Server verschickt keine E-Mails.",
    invalid_mail_link:
      "Dieser Link wurde benutzt, ist abgelaufen oder unvollständig. Lassen Sie sich einen neuen schicken.",
    session_not_fresh: "Dafür ist noch einmal das Passwort nötig.",
    invalid_passkey: "Dieser Passkey ist hier nicht bekannt, oder seine Antwort passt nicht.",
    rate_limited: "Zu viele Versuche. Warten Sie einen Moment, und versuchen Sie es dann erneut.",
    content_damaged:
      "Die gespeicherten Bytes sind beschädigt, deshalb wurde nichts gesendet. Eine frühere Version ist vielleicht heil.",
    cursor_expired: "Der Server wurde aus einer Sicherung wiederhergestellt. Laden Sie die Seite neu.",
    chunks_missing: "Ein Teil der Datei ist nicht angekommen. Versuchen Sie es erneut.",
    busy: "Der Server ist beschäftigt. Versuchen Sie es gleich noch einmal.",
    internal: "Auf dem Server ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
  },
};
