const INFO = new TextEncoder().encode("ledge pack v1");

/** A pack's master key is not among the deployment's: it was taken out while packs under it live. */
export class MissingMasterKey extends Error {}

/**
 * The keys of the packs that one request touches. Each pack has a key of its own: HKDF-SHA-256 of a master key, with
 * the pack's id as salt; it is derived once and kept for the life of this object, never longer.
 */
export class PackKeys {
  readonly #masters: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  readonly #derived = new Map<string, Promise<CryptoKey>>();
  /** The master key that new packs are encrypted under. */
  readonly currentKeyId: string;

  /**
   * @param masterKeys - The secret MASTER_KEYS: `keyId:base64(32 bytes)`, comma-separated; the first encrypts.
   * @throws Error where the secret is malformed; the deployment is misconfigured.
   */
  constructor(masterKeys: string) {
    this.#masters = parseMasterKeys(masterKeys);
    const [first] = this.#masters.keys();
    if (first === undefined) throw new Error("MASTER_KEYS is empty");
    this.currentKeyId = first;
  }

  /**
   * The AES-256-GCM key of a pack.
   *
   * @throws MissingMasterKey
   */
  of(packId: string, keyId: string): Promise<CryptoKey> {
    const name = `${keyId} ${packId}`;
    let key = this.#derived.get(name);
    if (!key) {
      key = this.#derive(packId, keyId);
      this.#derived.set(name, key);
    }
    return key;
  }

  async #derive(packId: string, keyId: string): Promise<CryptoKey> {
    const master = this.#masters.get(keyId);
    if (!master) throw new MissingMasterKey(`MASTER_KEYS has no key ${keyId}, which packs are encrypted under`);
    const material = await crypto.subtle.importKey("raw", master, "HKDF", false, ["deriveKey"]);
    const salt = new TextEncoder().encode(packId);
    const algorithm = { name: "AES-GCM", length: 256 };
    return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: INFO }, material, algorithm, false, [
      "encrypt",
      "decrypt",
    ]);
  }
}

function parseMasterKeys(text: string): Map<string, Uint8Array<ArrayBuffer>> {
  const keys = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of text.split(",")) {
    const [, id, base64] = /^\s*([A-Za-z0-9._-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(entry) ?? [];
    if (!id || !base64) throw new Error("MASTER_KEYS must be keyId:base64(32 bytes), comma-separated");
    if (keys.has(id)) throw new Error(`MASTER_KEYS names the key ${id} twice`);
    keys.set(
      id,
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    );
  }
  return keys;
}
