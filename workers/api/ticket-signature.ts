import type { TicketClaims } from "../sync-do/tickets.ts";

/** `claims.signature`, both base64url: HMAC-SHA-256 under a key of its own, derived from the deployment's secret. */
export async function signTicket(secret: string, claims: TicketClaims): Promise<string> {
  const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
  const signature = await crypto.subtle.sign("HMAC", await ticketKey(secret), Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString("base64url")}`;
}

/** What a ticket says; null where this server did not sign it, or it has expired. */
export async function openTicket(secret: string, ticket: string, now: number): Promise<TicketClaims | null> {
  const [text, signature, ...rest] = ticket.split(".");
  if (text === undefined || signature === undefined || rest.length > 0) return null;
  const isOurs = await crypto.subtle.verify(
    "HMAC",
    await ticketKey(secret),
    Buffer.from(signature, "base64url"),
    Buffer.from(text),
  );
  if (!isOurs) return null;
  const claims = JSON.parse(Buffer.from(text, "base64url").toString()) as TicketClaims;
  return claims.expiresAt > now ? claims : null;
}

/** RFC 5869. The secret has enough entropy by itself, so there is no salt. */
async function ticketKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", Buffer.from(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: Buffer.from("ledge socket ticket v1") },
    material,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}
