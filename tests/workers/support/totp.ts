const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const PERIOD = 30_000;
const TIME_TO_SEND = 5_000;

/**
 * An authenticator's code (RFC 6238) for an `otpauth:` address, `steps` periods of 30 s from now.
 * A past period's code is taken until this period ends: one that is about to end is waited for.
 */
export async function totpCode(uri: string, steps = 0): Promise<string> {
  const left = PERIOD - (Date.now() % PERIOD);
  if (steps < 0 && left < TIME_TO_SEND) await new Promise((resolve) => setTimeout(resolve, left));
  return codeOf(uri, Math.floor(Date.now() / PERIOD) + steps);
}

/** What the code of 30 s ago is answered; it is sent anew where its time ended on the way. */
export async function withPastCode(uri: string, send: (code: string) => Promise<Response>): Promise<Response> {
  for (;;) {
    const code = await totpCode(uri, -1);
    const answer = await send(code);
    if (answer.ok || code === (await codeOf(uri, Math.floor(Date.now() / PERIOD) - 1))) return answer;
  }
}

/** Codes that an authenticator shows neither in the minutes before nor in those to come. */
export async function wrongCodes(uri: string, count: number): Promise<string[]> {
  const now = Math.floor(Date.now() / PERIOD);
  const around = await Promise.all(Array.from({ length: 13 }, (_, n) => codeOf(uri, now + n - 2)));
  const codes = Array.from({ length: count + around.length }, (_, n) => String(n).padStart(6, "0"));
  return codes.filter((code) => !around.includes(code)).slice(0, count);
}

async function codeOf(uri: string, period: number): Promise<string> {
  const secret = fromBase32(new URL(uri).searchParams.get("secret") ?? "");
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(period));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter));
  const at = mac.getUint8(19) & 15;
  return String((mac.getUint32(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> {
  let bits = "";
  for (const symbol of text.replaceAll("=", "")) bits += ALPHABET.indexOf(symbol).toString(2).padStart(5, "0");
  return Uint8Array.from({ length: bits.length >> 3 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2));
}
