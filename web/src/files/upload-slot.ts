import { useSyncExternalStore } from "react";

/** Asks for files, or a folder, of this machine, and uploads them into a folder of the drive. */
export interface UploadPicker {
  readonly pickFiles: (folder: string) => void;
  readonly pickFolder: (folder: string) => void;
}

let offered: UploadPicker | null = null;
const listeners = new Set<() => void>();

/** Called by the part that uploads, when it is there. The answer takes the offer back. */
export function offerUploads(picker: UploadPicker): () => void {
  const change = (next: UploadPicker | null): void => {
    offered = next;
    for (const listener of listeners) listener();
  };
  change(picker);
  return () => change(null);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Null while nothing can be uploaded. */
export function useUploads(): UploadPicker | null {
  return useSyncExternalStore(subscribe, () => offered);
}
