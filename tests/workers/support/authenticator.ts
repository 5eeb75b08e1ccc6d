import { ORIGIN } from "./accounts.ts";

const UP = 1;
const UV = 4;
const BACKED_UP = 8 | 16;
const ATTESTED = 64;

interface Given {
  readonly challenge: string;
}

/** How an answer departs from a good one. */
export interface Faults {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  /** False: the person was there, and proved nothing. */
  readonly userVerified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
}

/** A passkey in software: ES256, discoverable, without attestation (Web Authentication Level 3, section 6). */
export class Authenticator {
  readonly id = base64Url(crypto.getRandomValues(new Uint8Array(32)));
  readonly #keys: CryptoKeyPair;
  #counter = 0;
  #userHandle = "";

  private constructor(keys: CryptoKeyPair) {
    this.#keys = keys;
  }

  static async make(): Promise<Authenticator> {
    const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    return new Authenticator(keys as CryptoKeyPair);
  }

  /** What `navigator.credentials.create` answers, as JSON. */
  async register(options: Given & { readonly user: { readonly id: string } }, faults: Faults = {}): Promise<object> {
    this.#userHandle = options.user.id;
    const id = fromBase64Url(this.id);
    const attested = [new Uint8Array(16), new Uint8Array([0, id.length]), id, await this.#coseKey()];
    const authData = concat([await this.#head(ATTESTED, faults), ...attested]);
    const attestation = concat([
      new Uint8Array([0xa3]),
      text("fmt"),
      text("none"),
      text("attStmt"),
      new Uint8Array([0xa0]),
      text("authData"),
      bytes(authData),
    ]);
    return this.#answer({
      clientDataJSON: clientData("webauthn.create", options, faults),
      attestationObject: base64Url(attestation),
      transports: ["internal", "hybrid"],
    });
  }

  /** What `navigator.credentials.get` answers, as JSON. */
  async signIn(options: Given, faults: Faults = {}): Promise<object> {
    this.#counter = faults.counter ?? this.#counter + 1;
    const authData = await this.#head(0, faults);
    const clientDataJSON = clientData("webauthn.get", options, faults);
    const signed = concat([authData, await sha256(fromBase64Url(clientDataJSON))]);
    const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, this.#keys.privateKey, signed);
    return this.#answer({
      clientDataJSON,
      authenticatorData: base64Url(authData),
      signature: base64Url(der(new Uint8Array(raw))),
      userHandle: faults.userHandle ?? this.#userHandle,
    });
  }

  #answer(response: object): object {
    return { id: this.id, rawId: this.id, type: "public-key", response, clientExtensionResults: {} };
  }

  async #head(flags: number, { rpId = new URL(ORIGIN).hostname, userVerified = true }: Faults): Promise<Uint8Array> {
    const head = new Uint8Array(37);
    head.set(await sha256(new TextEncoder().encode(rpId)));
    head[32] = flags | UP | BACKED_UP | (userVerified ? UV : 0);
    new DataView(head.buffer).setUint32(33, this.#counter);
    return head;
  }

  /** RFC 9053, section 7.1: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`. */
  async #coseKey(): Promise<Uint8Array> {
    const { x = "", y = "" } = (await crypto.subtle.exportKey("jwk", this.#keys.publicKey)) as JsonWebKey;
    const head = new Uint8Array([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]);
    const [atX, atY] = [new Uint8Array([0x21]), new Uint8Array([0x22])];
    return concat([head, atX, bytes(fromBase64Url(x)), atY, bytes(fromBase64Url(y))]);
  }
}

function clientData(type: string, options: Given, { origin = ORIGIN, challenge, type: other }: Faults): string {
  const data = { type: other ?? type, challenge: challenge ?? options.challenge, origin, crossOrigin: false };
  return base64Url(new TextEncoder().encode(JSON.stringify(data)));
}

/** CBOR text of at most 23 bytes. */
function text(value: string): Uint8Array {
  const encoded = new TextEncoder().encode(value);
  return concat([new Uint8Array([0x60 | encoded.length]), encoded]);
}

/** CBOR bytes, 24 to 65535 of them. */
function bytes(value: Uint8Array): Uint8Array {
  // The shortest form: the library takes no other for a key.
  const head = value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 255];
  return concat([new Uint8Array(head), value]);
}

/** ECDSA's two numbers as the DER sequence that authenticators sign with. */
function der(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].map((half) => {
    const start = half.findIndex((byte) => byte !== 0);
    const digits = half.subarray(start);
    const positive = (digits[0] ?? 0) > 127 ? concat([new Uint8Array([0]), digits]) : digits;
    return concat([new Uint8Array([2, positive.length]), positive]);
  });
  const body = concat(numbers);
  return concat([new Uint8Array([0x30, body.length]), body]);
}

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(data)));
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function base64Url(data: Uint8Array): string {
  return Buffer.from(data).toString("base64url");
}

function fromBase64Url(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(encoded, "base64url"));
}
