import { hash } from "node:crypto";
import type { Hashing } from "./hashing.ts";

/**
 * OpenSSL on the calling thread: about 1.5 GB/s where the processor has SHA instructions, which is more than the
 * chunker and any network deliver, so a pool of threads would only add copies.
 */
export const nodeHashing: Hashing = { sha256: (bytes) => hash("sha256", bytes, "hex") };
