import { createCipheriv, createHash } from "node:crypto";

/** `length` incompressible bytes that depend on `seed` alone (AES-128-CTR over zeros). */
export function randomBytes(seed: string, length: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  const cipher = createCipheriv("aes-128-ctr", key.subarray(0, 16), key.subarray(16));
  return cipher.update(Buffer.alloc(length));
}
