import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../protocol/pack-frame.ts";
import type { Hashing } from "./hashing.ts";

/** The browser's own hashing, off the calling thread; in JavaScript where the page came over plain http. */
export const webHashing: Hashing = {
  async sha256(bytes) {
    // Absent outside of secure contexts, whatever the types say.
    const subtle = crypto.subtle as SubtleCrypto | undefined;
    if (!subtle) return toHex(sha256(bytes));
    return toHex(new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
  },
};
