import { expect, vi } from "vitest";
import type { Drive, Entry } from "../../../../web/src/drive/drive.ts";
import type { DriveWorld } from "./drive-world.ts";

/** Names of the entries that a folder shows, sorted. */
export function namesIn(drive: Drive, folder: string): string[] {
  return drive
    .folder(folder)
    .entries.map(({ name }) => name)
    .sort();
}

export function entryOf(drive: Drive, id: string | undefined): Entry {
  const entry = drive.entry(id ?? "");
  if (!entry) throw new Error(`${id} is not known`);
  return entry;
}

export async function untilComplete(drive: Drive, folder: string): Promise<void> {
  await vi.waitFor(() => expect(drive.folder(folder).state).toBe("complete"));
}

/** A drive that shows the root and is live. */
export async function opened(
  world: DriveWorld,
  options: Parameters<DriveWorld["open"]>[0] = {},
): Promise<ReturnType<DriveWorld["open"]>> {
  const tab = world.open(options);
  tab.drive.hold(world.root);
  await untilComplete(tab.drive, world.root);
  await vi.waitFor(() => expect(tab.drive.status().connection).toBe("live"));
  return tab;
}
