const PREFIX = "ldg_";

/** Whether a bearer credential is meant to be a personal access token (session tokens have no prefix). */
export function isAccessToken(bearer: string): boolean {
  return bearer.startsWith(PREFIX);
}

/** A new personal access token: `ldg_` and 256 random bits as 43 base64url characters (A6). */
export function newAccessToken(): string {
  const bits = crypto.getRandomValues(new Uint8Array(32));
  return (
    PREFIX +
    btoa(String.fromCharCode(...bits))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace("=", "")
  );
}

/** SHA-256 of a text's UTF-8. Tokens have 256 random bits, so a fast hash without salt is enough to keep them. */
export async function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

/** As `sha256`, in lower-case hex. */
export async function sha256Hex(text: string): Promise<string> {
  return Array.from(new Uint8Array(await sha256(text)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
