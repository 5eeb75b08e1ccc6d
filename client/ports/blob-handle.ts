import type { ReadHandle } from "./file-system.ts";

/** A blob, or a file that a person chose in a browser, as an open file. Closing it does nothing. */
export function blobHandle(blob: Blob): ReadHandle {
  const mtime = blob instanceof File ? blob.lastModified : 0;
  return {
    stat: () => Promise.resolve({ type: "file", size: blob.size, mtime, executable: false, identity: "" }),
    read: async (buffer, position) => {
      const bytes = await blob.slice(position, position + buffer.length).arrayBuffer();
      buffer.set(new Uint8Array(bytes));
      return bytes.byteLength;
    },
    close: () => Promise.resolve(),
  };
}
