import { newId } from "../../../protocol/new-id.ts";
import type { OperationInput } from "../../../protocol/tree.ts";
import { strings } from "../strings/strings.ts";
import type { Drive, EditOutcome, Entry, UndoPlan } from "./drive.ts";
import type { Done } from "./outcome.ts";

/** What to do where the folder holds an entry of that name. */
export type OnConflict = "fail" | "ask" | "rename";

/** What components do to the tree. All of it shows at once, and is answered when the server has. */
export interface Edits {
  rename(entry: Entry, name: string): Promise<EditOutcome>;
  /** @param onConflict - `ask`: as `fail`, and the caller asks the person what to do. */
  move(entries: readonly Entry[], folder: string, onConflict?: OnConflict): Promise<EditOutcome>;
  /** Copies that find an entry of their name take the next free one. */
  copy(entries: readonly Entry[], folder: string): Promise<EditOutcome>;
  trash(entries: readonly Entry[]): Promise<EditOutcome>;
  /** Back to where they were; where that is taken, under the next free name. */
  restore(entries: readonly Entry[]): Promise<EditOutcome>;
  /** The folder is there at once, by that id. */
  createFolder(parent: string, name: string): { readonly id: string; readonly outcome: Promise<EditOutcome> };
  /** For good: cannot be undone. */
  purge(entries: readonly Entry[]): Promise<EditOutcome>;
  star(entries: readonly Entry[], starred: boolean): Promise<EditOutcome>;
}

/** The edits of a drive, with what they are called and how they are taken back (B7). */
export function editsOf(drive: Drive): Edits {
  const folderName = (id: string): string => {
    if (id === drive.root) return strings.drive.home;
    return drive.entry(id)?.name ?? "";
  };
  return {
    rename: (entry, name) => {
      const operations: OperationInput[] = [{ type: "move", node: entry.id, name }];
      const label = strings.drive.renamed(name);
      return drive.edit({ label, operations, undo: movingBack([entry], strings.drive.renamedBack(entry.name)) });
    },
    move: (entries, folder, onConflict = "fail") => {
      const inTheWay = onConflict === "rename" ? "rename" : "fail";
      const operations = entries.map(
        ({ id }) => ({ type: "move", node: id, parent: folder, onConflict: inTheWay }) as const,
      );
      const label = strings.drive.moved(entries.length, nameOf(entries), folderName(folder));
      const undo = movingBack(entries, strings.drive.movedBack(entries.length, nameOf(entries)));
      const asking = onConflict === "ask" ? ({ asksAbout: "name_conflict" } as const) : {};
      return drive.edit({ label, operations, undo, ...asking });
    },
    copy: (entries, folder) => {
      const copying = ({ id }: Entry): OperationInput => {
        return { type: "copy", node: id, id: newId(), parent: folder, onConflict: "rename" };
      };
      const label = strings.drive.copied(entries.length, nameOf(entries), folderName(folder));
      const undo = trashing(strings.drive.copyUndone(entries.length));
      return drive.edit({ label, operations: entries.map(copying), undo });
    },
    trash: (entries) => {
      const operations = entries.map(({ id }) => ({ type: "trash", node: id }) as const);
      const label = strings.drive.trashed(entries.length, nameOf(entries));
      return drive.edit({ label, operations, undo: restoring(strings.drive.restoredAgain(entries.length)) });
    },
    restore: (entries) => {
      const operations = entries.map(({ id }) => ({ type: "restore", node: id, onConflict: "rename" }) as const);
      const label = strings.drive.restored(entries.length, nameOf(entries));
      return drive.edit({ label, operations, undo: trashing(strings.drive.trashedAgain(entries.length)) });
    },
    createFolder: (parent, name) => {
      const id = newId();
      const operations: OperationInput[] = [{ type: "createFolder", id, parent, name }];
      const undo = trashing(strings.drive.createUndone(name));
      return { id, outcome: drive.edit({ label: strings.drive.createdFolder(name), operations, undo }) };
    },
    purge: (entries) => {
      const operations = entries.map(({ id }) => ({ type: "purge", node: id }) as const);
      return drive.edit({ label: strings.drive.purged(entries.length, nameOf(entries)), operations });
    },
    star: (entries, starred) => {
      const gave = strings.drive.starred(entries.length, nameOf(entries));
      const took = strings.drive.unstarred(entries.length, nameOf(entries));
      const nodes = entries.map(({ id }) => id);
      return drive.star({ label: starred ? gave : took, nodes, starred, undoLabel: starred ? took : gave });
    },
  };
}

function nameOf(entries: readonly Entry[]): string {
  return entries[0]?.name ?? "";
}

function changedSince(name: string): string {
  return strings.drive.changedSince(name);
}

/** Where the entries were before, by id. */
function placesOf(entries: readonly Entry[]): (done: Done) => { parent?: string; name?: string } {
  const places = new Map(entries.map(({ id, parent, name }) => [id, { ...(parent !== null && { parent }), name }]));
  return ({ node }) => places.get(node.id) ?? {};
}

function movingBack(entries: readonly Entry[], label: string): UndoPlan {
  const place = placesOf(entries);
  return { label, changedSince, inverse: (done) => ({ type: "move", node: done.node.id, ...place(done) }) };
}

function restoring(label: string): UndoPlan {
  return { label, changedSince, inverse: ({ node }) => ({ type: "restore", node: node.id, onConflict: "rename" }) };
}

function trashing(label: string): UndoPlan {
  return { label, changedSince, inverse: ({ node, seq }) => ({ type: "trash", node: node.id, baseSeq: seq }) };
}
