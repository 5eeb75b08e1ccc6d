import { folderOf } from "../drive/folder-of.ts";
import { addressIn, apiIn } from "../session/space-api.ts";
import { saveAddress, saveByForm } from "../ui/save-as.ts";
import { fileAddress } from "../viewer/file-address.ts";

/** What is downloaded: a file, a version of one, or a folder with all that is in it. */
export interface Downloadable {
  readonly id: string;
  readonly type: "file" | "folder";
  readonly name: string;
  /** See `Entry`; absent: in the account's own space. */
  readonly sharedIn?: string | null;
  readonly mount?: string | undefined;
  /** Absent: a file's newest. */
  readonly downloadVersion?: number;
}

/** How many ids an address holds for sure: 40 bytes each, of 8 KiB. */
const IDS_IN_ADDRESS = 180;

/**
 * Lets the browser download a file as it is, and folders or several entries as one zip, for each shared folder that they are of another; the browser shows how far it is
 * and where it went. Asks the server first, so that what is gone, a session that is over or a missing connection is told
 * here: rejects with it, and nothing was begun.
 */
export async function downloadEntries(entries: readonly Downloadable[]): Promise<void> {
  const spaces = Map.groupBy(entries, ({ mount, sharedIn }) => mount ?? sharedIn ?? null);
  for (const [sharedIn, each] of spaces) {
    if (each[0]) await apiIn(sharedIn).node(folderOf(each[0]));
  }
  for (const [sharedIn, each] of spaces) await save(each, sharedIn);
}

/** Entries of one space. */
async function save(entries: readonly Downloadable[], sharedIn: string | null): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const ids = entries.map((entry) => folderOf(entry));
  if (ids.length === 1 && first.type === "file")
    saveAddress(fileAddress(first.id, first.downloadVersion, undefined, sharedIn), first.name);
  else if (ids.length > IDS_IN_ADDRESS)
    await saveByForm(
      `${addressIn(sharedIn)}/zip`,
      ids.map((id) => ["ids", id]),
    );
  else saveAddress(`${addressIn(sharedIn)}/zip?${new URLSearchParams(ids.map((id) => ["id", id]))}`, "");
}
