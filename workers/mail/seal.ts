import { MailMessage, type NewMail } from "./messages.ts";

const IV_BYTES = 12;

/**
 * A message as the outbox keeps it: AES-256-GCM under a key derived from the deployment's secret, bound to its event's key.
 * Links in it may hold secrets that work, and the directory holds none (A10).
 */
export async function seal(secret: string, key: string, message: NewMail): Promise<ArrayBuffer> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const text = Buffer.from(JSON.stringify(MailMessage.parse(message)));
  const sealed = await crypto.subtle.encrypt(parameters(iv, key), await sealKey(secret), text);
  return new Uint8Array([...iv, ...new Uint8Array(sealed)]).buffer;
}

/** @throws Error where it was sealed under another secret, or for another event */
export async function unseal(secret: string, key: string, sealed: Uint8Array<ArrayBuffer>): Promise<MailMessage> {
  const [iv, rest] = [sealed.slice(0, IV_BYTES), sealed.slice(IV_BYTES)];
  const text = await crypto.subtle.decrypt(parameters(iv, key), await sealKey(secret), rest);
  return MailMessage.parse(JSON.parse(new TextDecoder().decode(text)));
}

function parameters(iv: Uint8Array<ArrayBuffer>, key: string): SubtleCryptoEncryptAlgorithm {
  return { name: "AES-GCM", iv, additionalData: Buffer.from(key) };
}

async function sealKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", Buffer.from(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: Buffer.from("ledge outbox v1") },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
