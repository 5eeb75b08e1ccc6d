import { sha256 } from "../auth/access-token.ts";
import { derivedKey } from "../derived-key.ts";

/** 144 bits (L2): exactly 24 base64url characters, so that no secret has a second spelling. */
const TOKEN_BYTES = 18;
const TOKEN = /^[A-Za-z0-9_-]{24}$/;

/** The secret in a link's address: derived, so that nobody but this deployment can tell it from what is kept (L2). */
export async function shareToken(secret: string, link: { id: string; generation: number }): Promise<string> {
  const key = await derivedKey(secret, "ledge share link v1");
  const mac = await crypto.subtle.sign("HMAC", key, Buffer.from(`share-link/${link.id}/${link.generation}`));
  return Buffer.from(mac).subarray(0, TOKEN_BYTES).toString("base64url");
}

/** What a secret is kept as. */
export function shareTokenHash(token: string): Promise<ArrayBuffer> {
  return sha256(token);
}

/** The secret in `{slug}.{secret}`, as the last part of an address has it; null where it has none. */
export function tokenIn(segment: string): string | null {
  const token = segment.slice(segment.lastIndexOf(".") + 1);
  return TOKEN.test(token) ? token : null;
}

/** The address of a link's page. */
export function shareUrl(origin: string, slug: string | null, token: string): string {
  return `${origin}/s/${slug === null ? "" : `${encodeURIComponent(slug)}.`}${token}`;
}
