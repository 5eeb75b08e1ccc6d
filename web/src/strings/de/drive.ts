import type { drive as en } from "../en/drive.ts";

const items = (count: number): string => (count === 1 ? "1 Element" : `${count.toLocaleString("de")} Elemente`);
const things = (count: number, name: string): string => (count === 1 ? `„${name}“` : items(count));

export const drive: typeof en = {
  renamed: (name) => `In „${name}“ umbenannt`,
  renamedBack: (name) => `Heißt wieder „${name}“`,
  moved: (count, name, folder) => `${things(count, name)} nach „${folder}“ verschoben`,
  movedBack: (count, name) => `${things(count, name)} zurückverschoben`,
  copied: (count, name, folder) => `${things(count, name)} nach „${folder}“ kopiert`,
  copyUndone: (count) => (count === 1 ? "Kopie in den Papierkorb gelegt" : "Kopien in den Papierkorb gelegt"),
  trashed: (count, name) => `${things(count, name)} in den Papierkorb gelegt`,
  restored: (count, name) => `${things(count, name)} wiederhergestellt`,
  restoredAgain: (count) =>
    count === 1 ? "Wieder aus dem Papierkorb geholt" : `${items(count)} wieder aus dem Papierkorb geholt`,
  trashedAgain: (count) =>
    count === 1 ? "Wieder in den Papierkorb gelegt" : `${items(count)} wieder in den Papierkorb gelegt`,
  createdFolder: (name) => `Ordner „${name}“ angelegt`,
  createUndone: (name) => `Ordner „${name}“ in den Papierkorb gelegt`,
  purged: (count, name) => `${things(count, name)} endgültig gelöscht`,
  starred: (count, name) => `${things(count, name)} markiert`,
  unstarred: (count, name) => `Markierung entfernt: ${things(count, name)}`,
  changedSince: (name) => `„${name}“ wurde inzwischen geändert und bleibt, wie es ist.`,
  home: "Dateien",
};
