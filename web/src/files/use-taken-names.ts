import { useLayoutEffect, useState } from "react";
import { nameKey } from "../../../core/names.ts";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { runSliced, type Steps } from "./sliced.ts";

const NONE: ReadonlySet<string> = new Set();

/**
 * The keys (N2) of the names that were taken in a folder when this was first drawn: at once in a small folder, in a large
 * one after a moment; until then none. The server has the last word.
 */
export function useTakenNames(folder: string): ReadonlySet<string> {
  const drive = useDrive();
  const [taken, setTaken] = useState(NONE);
  useLayoutEffect(() => runSliced(keysOf(drive.folder(folder).entries), setTaken), [drive, folder]);
  return taken;
}

function* keysOf(entries: readonly Entry[]): Steps<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    keys.add(nameKey(name));
    if (index % 200 === 199) yield;
  }
  return keys;
}
