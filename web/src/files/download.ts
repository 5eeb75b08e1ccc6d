import { api } from "../session/api.ts";
import { saveAddress, saveByForm } from "../ui/save-as.ts";
import { fileAddress } from "../viewer/file-address.ts";

/** What is downloaded: a file, a version of one, or a folder with all that is in it. */
export interface Downloadable {
  readonly id: string;
  readonly type: "file" | "folder";
  readonly name: string;
  /** Absent: a file's newest. */
  readonly downloadVersion?: number;
}

/** How many ids an address holds for sure: 40 bytes each, of 8 KiB. */
const IDS_IN_ADDRESS = 180;

/**
 * Lets the browser download a file as it is, and folders or several entries as one zip; the browser shows how far it is
 * and where it went. Asks the server first, so that what is gone, a session that is over or a missing connection is told
 * here: rejects with it, and nothing was begun.
 */
export async function downloadEntries(entries: readonly Downloadable[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  await api.node(first.id);
  if (entries.length === 1 && first.type === "file")
    saveAddress(fileAddress(first.id, first.downloadVersion), first.name);
  else if (entries.length > IDS_IN_ADDRESS)
    await saveByForm(
      "/api/zip",
      entries.map((entry) => ["ids", entry.id]),
    );
  else saveAddress(`/api/zip?${new URLSearchParams(entries.map((entry) => ["id", entry.id]))}`, "");
}
