const items = (count: number): string => (count === 1 ? "1 item" : `${count.toLocaleString("en")} items`);

/** What edits are called in notices, done and undone. */
export const drive = {
  renamed: (name: string) => `Renamed to “${name}”`,
  renamedBack: (name: string) => `Named “${name}” again`,
  moved: (count: number, name: string, folder: string) =>
    `Moved ${count === 1 ? `“${name}”` : items(count)} to “${folder}”`,
  movedBack: (count: number, name: string) => `Moved ${count === 1 ? `“${name}”` : items(count)} back`,
  copied: (count: number, name: string, folder: string) =>
    `Copied ${count === 1 ? `“${name}”` : items(count)} to “${folder}”`,
  copyUndone: (count: number): string =>
    count === 1 ? "Moved the copy to the trash" : "Moved the copies to the trash",
  trashed: (count: number, name: string) => `Moved ${count === 1 ? `“${name}”` : items(count)} to the trash`,
  restored: (count: number, name: string) => `Restored ${count === 1 ? `“${name}”` : items(count)}`,
  restoredAgain: (count: number) => `Took ${count === 1 ? "it" : items(count)} out of the trash again`,
  trashedAgain: (count: number) => `Put ${count === 1 ? "it" : items(count)} back into the trash`,
  createdFolder: (name: string) => `Made the folder “${name}”`,
  createUndone: (name: string) => `Moved the folder “${name}” to the trash`,
  purged: (count: number, name: string) => `Deleted ${count === 1 ? `“${name}”` : items(count)} for ever`,
  starred: (count: number, name: string) => `Starred ${count === 1 ? `“${name}”` : items(count)}`,
  unstarred: (count: number, name: string) => `Took the star off ${count === 1 ? `“${name}”` : items(count)}`,
  changedSince: (name: string) => `“${name}” was changed since, and is left as it is.`,
  home: "Files",
};
