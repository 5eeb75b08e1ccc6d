import type { Entry } from "./drive.ts";

/** The folder that one opens with an entry, and puts things into: of a mount, the shared folder that it stands for. */
export function folderOf({ id, mount }: Pick<Entry, "id" | "mount">): string {
  return mount ?? id;
}
