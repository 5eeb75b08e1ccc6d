import type { Drive, EditOutcome, Entry } from "../../drive/drive.ts";
import { strings } from "../../strings/viewer.ts";

/** Makes an older version the newest again; undone, the one before is (B7). Fails where somebody saved meanwhile. */
export function restoreVersion(drive: Drive, entry: Entry, version: number): Promise<EditOutcome> {
  const text = strings.viewer.version;
  return drive.edit({
    label: text.restored(entry.name, version),
    operations: [{ type: "restoreVersion", node: entry.id, version, baseVersion: entry.version }],
    isOfItsTime: true,
    undo: {
      label: text.restoreUndone(entry.name),
      changedSince: text.changedSince,
      inverse: ({ node }) => {
        return { type: "restoreVersion", node: node.id, version: entry.version, baseVersion: node.version };
      },
    },
  });
}
