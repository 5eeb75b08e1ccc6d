import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Frame } from "../../protocol/pack-frame.ts";
import type { Env } from "../env.ts";
import { insertChunks, type NewPack } from "./chunk-rows.ts";
import { encodeRecords } from "./pack-codec.ts";
import { PackKeys } from "./pack-key.ts";
import { putPack } from "./pack-store.ts";
import type { Shard } from "./shards.ts";

/** The bindings that taking bytes needs. */
export type PackEnv = Pick<Env, "PACKS" | "MASTER_KEYS">;

/** @throws LedgeError `hash_mismatch` where a frame's bytes are not those of its id. */
export async function verifyHashes(frames: readonly Frame[]): Promise<void> {
  const digests = await Promise.all(frames.map(({ bytes }) => crypto.subtle.digest("SHA-256", bytes)));
  frames.forEach(({ id }, i) => {
    const digest = Buffer.from(digests[i] ?? new ArrayBuffer(0)).toString("hex");
    if (digest !== id) throw new LedgeError("hash_mismatch", `the bytes sent as ${id} have the SHA-256 ${digest}`);
  });
}

/** Puts verified chunks into the bucket as one object. Until rows name it, it is the collector's. */
export async function storePack(
  env: PackEnv,
  shard: Shard,
  ownerId: string,
  frames: readonly Frame[],
  now: number,
): Promise<NewPack> {
  const keys = new PackKeys(env.MASTER_KEYS);
  const id = newId(now);
  const { bytes, placements } = await encodeRecords(keys, id, frames);
  await putPack(env.PACKS, id, shard.name, bytes);
  return { id, ownerId, size: bytes.length, keyId: keys.currentKeyId, placements };
}

/** In the batch of `packStatements`, with the pack's id as ?1: plaintext bytes that it really added. A racing request may have brought some. */
export const ADDED = "(SELECT coalesce(sum(size), 0) FROM chunks WHERE pack_id = ?1)";

/**
 * Writes a pack down: first its chunk rows (the first statement's changes are how many were new to the owner), then
 * its own row, which so has its final count of live bytes and is written once.
 *
 * @param owner - An SQL expression for the owner's id, over ?4 (`now`) and, from ?5 on, `parameters`. Where it is NULL the
 *   batch aborts.
 */
export function packStatements(
  db: D1DatabaseSession,
  pack: NewPack,
  owner: string,
  parameters: readonly string[],
  now: number,
): D1PreparedStatement[] {
  const live = "(SELECT coalesce(sum(length), 0) FROM chunks WHERE pack_id = ?1)";
  return [
    insertChunks(db, pack, now),
    db
      .prepare(
        `INSERT INTO packs (id, owner_id, size, key_id, live, created_at, changed_at)
         VALUES (?1, ${owner}, ?2, ?3, ${live}, ?4, ?4)`,
      )
      .bind(pack.id, pack.size, pack.keyId, now, ...parameters),
  ];
}
