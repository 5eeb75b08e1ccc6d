import type { transfers as en } from "../en/transfers.ts";

export const transfers: typeof en = {
  title: "Verschiebungen",
  moving: (count, shown) => (count === 1 ? "1 Element wird verschoben" : `${shown} Elemente werden verschoben`),
  failedCount: (count, shown) =>
    count === 1 ? "1 Verschiebung hat nicht geklappt" : `${shown} Verschiebungen haben nicht geklappt`,
  done: (count, shown) => (count === 1 ? "1 Element ist verschoben" : `${shown} Elemente sind verschoben`),
  note: "Das läuft von selbst weiter, auch wenn Sie diese Seite schließen.",
  list: "Liste der Verschiebungen",
  collapse: "Liste der Verschiebungen einklappen",
  expand: "Liste der Verschiebungen zeigen",
  close: "Liste der Verschiebungen schließen",
  progressOf: (name) => `Fortschritt von ${name}`,
  counting: "Es wird nachgesehen, was zu verschieben ist",
  files: (files, all) => `${files} von ${all} Dateien`,
  bytes: (bytes, all) => `${bytes} von ${all}`,
  becomesYours: "Geht an Sie über",
  becameYours: "Gehört jetzt Ihnen",
  movedTo: (folder) => `Nach „${folder}“ verschoben`,
  moved: "Verschoben",
  cancel: (name) => `${name} doch nicht verschieben`,
  cancelled: (name) => `„${name}“ bleibt, wo es war`,
  retry: (name) => `${name} noch einmal verschieben`,
  remove: (name) => `${name} aus der Liste nehmen`,
  show: (name) => `${name} in seinem Ordner zeigen`,
  movedBack: (count, name, items) => `${count === 1 ? `„${name}“` : items} zurückverschoben`,
  notMoved: "Das wurde nicht verschoben",
  failedFor: (name, reason) => `${name}: ${reason}`,
  problems: {
    network:
      "Der Server ist nicht erreichbar. Es wurde nichts verschoben: Versuchen Sie es, sobald Sie verbunden sind.",
    over_quota: "Dort ist kein Platz dafür. Es zählt für die Person, der der Ordner gehört.",
    forbidden: "Sie dürfen nicht mehr an beiden Orten bearbeiten. Fragen Sie den Eigentümer des geteilten Ordners.",
    mount_in_shared:
      "Darin ist ein geteilter Ordner, oder es ist selbst einer. Die bleiben, wo sie sind: Verschieben Sie stattdessen die Dateien darin.",
    name_conflict: "Dort gibt es schon etwas mit diesem Namen.",
    parent_not_found: "Der Zielordner ist nicht mehr da, oder nicht mehr mit Ihnen geteilt.",
    not_found: "Es ist nicht mehr da, oder nicht mehr mit Ihnen geteilt.",
    stale_base:
      "Es wurde beim Verschieben immer wieder geändert. Versuchen Sie es in einem ruhigen Moment noch einmal.",
    too_many_transfers:
      "Es laufen schon so viele Verschiebungen, wie auf einmal gehen. Warten Sie, bis einige fertig sind, und verschieben Sie dann die anderen.",
    transfer_ended: "Es ist schon an seinem neuen Ort. Verschieben Sie es von dort zurück.",
    rate_limited: "Zu viele Verschiebungen auf einmal. Warten Sie eine Minute, und versuchen Sie es dann noch einmal.",
    too_many_nodes: "Das ist zu viel für eine Verschiebung. Verschieben Sie es in Teilen.",
  },
  announce: {
    begun: "Eine Verschiebung an einen anderen Ort läuft",
    done: "Die Verschiebung ist fertig",
    failed: "Eine Verschiebung hat nicht geklappt",
  },
};
