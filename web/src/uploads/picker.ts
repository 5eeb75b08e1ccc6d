import { pick } from "./pick.ts";
import { addUploads } from "./uploads.ts";

/** Asks for files of this machine, and uploads them into a folder of the drive. */
export function pickFiles(folder: string): void {
  pick(false, (uploads) => void addUploads(folder, uploads));
}

/** Asks for a folder of this machine, and uploads all of it. */
export function pickFolder(folder: string): void {
  pick(true, (uploads) => void addUploads(folder, uploads));
}
