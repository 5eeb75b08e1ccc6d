/**
 * An HMAC-SHA-256 key for one use alone, derived from the deployment's secret (RFC 5869). The secret has enough entropy by
 * itself, so there is no salt.
 *
 * @param use - Names the use; no two share a name.
 */
export async function derivedKey(secret: string, use: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", Buffer.from(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: Buffer.from(use) },
    material,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}
