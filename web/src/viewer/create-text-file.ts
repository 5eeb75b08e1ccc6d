import { newId } from "../../../protocol/new-id.ts";
import type { Drive, EditOutcome } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";

/** Makes an empty text file in a folder, under the first free name; it can be undone until somebody writes into it. */
export function createTextFile(drive: Drive, parent: string): Promise<EditOutcome> {
  const text = strings.files.textFile;
  const name = text.name;
  return drive.edit({
    label: text.created(name),
    operations: [
      { type: "createFile", id: newId(), parent, name, chunks: [], mtime: Date.now(), onConflict: "rename" },
    ],
    undo: {
      label: text.createUndone(name),
      changedSince: strings.drive.changedSince,
      inverse: ({ node, seq }) => ({ type: "trash", node: node.id, baseSeq: seq }),
    },
  });
}
