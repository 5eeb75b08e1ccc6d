import type { TicketClaims } from "../sync-do/tickets.ts";
import { derivedKey } from "./derived-key.ts";

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

function ticketKey(secret: string): Promise<CryptoKey> {
  return derivedKey(secret, "ledge socket ticket v1");
}
