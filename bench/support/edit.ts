import { open } from "node:fs/promises";
import { join } from "node:path";
import { now } from "../device/messages.ts";
import type { Arrivals } from "./arrivals.ts";
import { randomBytes } from "./random-bytes.ts";

/** The files that are edited, as `writeSmallFiles` names them. */
export const EDITED = { files: 20, bytes: 10 * 1024 } as const;

/** When an edit was on the one disk, and when it was seen on the other (see `now`). */
export interface Edit {
  readonly written: number;
  readonly seen: number;
}

/** Writes new bytes over one of the files, in place, and waits until the other folder has them. `seed` is never used twice. */
export async function edit(seed: string, folder: string, arrivals: Arrivals): Promise<Edit> {
  const name = `file ${String(Math.floor(Math.random() * EDITED.files)).padStart(5, "0")}.bin`;
  const bytes = randomBytes(seed, EDITED.bytes);
  const file = await open(join(folder, name), "r+");
  const arrived = arrivals.expect(name, bytes);
  await file.write(bytes, 0, bytes.length, 0);
  await file.close();
  const written = now();
  return { written, seen: await arrived };
}

/** Milliseconds between two edits: at random, so that they meet no other rhythm. */
export function pause(): number {
  return 50 + 250 * Math.random();
}
