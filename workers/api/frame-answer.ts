import { bodyOfLength, firstMade } from "./byte-body.ts";

/**
 * An answer of pack frames, `length` bytes of them in all. What fails before the first piece is thrown here; a later
 * failure breaks the transfer off.
 */
export async function frameAnswer(frames: AsyncGenerator<Uint8Array, void, void>, length: number): Promise<Response> {
  const headers = {
    "content-type": "application/octet-stream",
    "content-length": String(length),
    "cache-control": "private, no-store, no-transform",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
  };
  if (length === 0) return new Response(new Uint8Array(0), { headers });
  return new Response(bodyOfLength(await firstMade(frames), length), { headers });
}
