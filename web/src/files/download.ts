import type { Entry } from "../drive/drive.ts";
import { api } from "../session/api.ts";

/** How many ids an address holds for sure: 40 bytes each, of 8 KiB. */
const IDS_IN_ADDRESS = 180;

/**
 * Lets the browser download a file as it is, and folders or several entries as one zip. Rejects where a selection that no
 * address holds could not be had.
 */
export async function downloadEntries(entries: readonly Entry[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  if (entries.length === 1 && first.type === "file") {
    save(`/api/files/${first.id}`, first.name);
  } else if (entries.length <= IDS_IN_ADDRESS) {
    const query = new URLSearchParams(entries.map((entry) => ["id", entry.id]));
    save(`/api/zip?${query}`, "");
  } else {
    const ids = entries.map((entry) => entry.id);
    const blob = await api.http.send({ method: "POST", path: "/zip", json: { ids } }, (response) => response.blob());
    const address = URL.createObjectURL(blob);
    save(address, "Ledge.zip");
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}

function save(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
