import { env } from "cloudflare:workers";
import { contentId, encodeManifest, type ChunkRef } from "../../../protocol/content.ts";
import { newId } from "../../../protocol/new-id.ts";
import { toHex } from "../../../protocol/pack-frame.ts";
import { nameKey } from "../../../core/names.ts";
import type { Env } from "../../../workers/env.ts";
import { insertChunks } from "../../../workers/storage/chunk-rows.ts";
import { encodeRecords } from "../../../workers/storage/pack-codec.ts";
import { PackKeys } from "../../../workers/storage/pack-key.ts";
import { putPack } from "../../../workers/storage/pack-store.ts";
import { openShard, shardNames, type Shard } from "../../../workers/storage/shards.ts";
import type { TestAccount } from "./accounts.ts";

const bindings = env as unknown as Env;
const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export interface Stored {
  readonly id: string;
  readonly content: string;
  readonly packs: readonly string[];
}

/** Writes nodes below an account's home, by SQL and the real codec: files whose chunks lie as a test wants them. */
export class StoredFiles {
  readonly account: TestAccount;
  readonly shard: Shard;
  #seq = 1000;

  private constructor(account: TestAccount, shard: Shard) {
    this.account = account;
    this.shard = shard;
  }

  static async of(account: TestAccount): Promise<StoredFiles> {
    for (const name of shardNames(bindings)) {
      const shard = openShard(bindings, name, "first-primary");
      const space = await shard.db.prepare("SELECT 1 FROM spaces WHERE id = ?").bind(account.home.space).first();
      if (space) return new StoredFiles(account, shard);
    }
    throw new Error("the account has no home");
  }

  folder(name: string, parent = this.account.home.root): Promise<string> {
    return this.#node(name, parent, "folder", null, 0, false);
  }

  /** A file of these chunks; `packOf` says in which of its packs chunk i is put. */
  async file(
    name: string,
    chunks: readonly Uint8Array<ArrayBuffer>[],
    options: { parent?: string; executable?: boolean; packOf?: (i: number) => number } = {},
  ): Promise<Stored> {
    const { db } = this.shard;
    const { userId, home } = this.account;
    const frames = await Promise.all(chunks.map(async (bytes) => ({ id: await sha256(bytes), bytes })));
    const packs = Map.groupBy(frames.keys(), (i) => options.packOf?.(i) ?? 0);
    const packIds: string[] = [];
    for (const members of packs.values())
      packIds.push(await this.#pack(members.map((i) => frames[i] as (typeof frames)[0])));
    const refs: ChunkRef[] = frames.map(({ id, bytes }) => ({ id, size: bytes.length }));
    const size = refs.reduce((sum, ref) => sum + ref.size, 0);
    const content = contentId(refs);
    await db
      .prepare("INSERT OR IGNORE INTO contents (owner_id, id, size, manifest, created_at) VALUES (?, ?, ?, ?, ?)")
      .bind(userId, content, size, encodeManifest(refs), AT)
      .run();
    const id = await this.#node(name, options.parent ?? home.root, "file", content, size, options.executable ?? false);
    await db
      .prepare("INSERT INTO versions VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)")
      .bind(home.space, id, userId, content, size, AT, options.executable ? 1 : 0, AT, userId)
      .run();
    return { id, content, packs: packIds };
  }

  async #pack(frames: readonly { id: string; bytes: Uint8Array<ArrayBuffer> }[]): Promise<string> {
    const keys = new PackKeys(bindings.MASTER_KEYS);
    const id = newId();
    const { bytes, placements } = await encodeRecords(keys, id, frames);
    await putPack(bindings.PACKS, id, this.shard.name, bytes);
    const { userId } = this.account;
    const { db } = this.shard;
    await db.batch([
      db
        .prepare("INSERT INTO packs (id, owner_id, size, key_id, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(id, userId, bytes.length, keys.currentKeyId, AT),
      insertChunks(db, { id, ownerId: userId, size: bytes.length, keyId: keys.currentKeyId, placements }, AT),
    ]);
    return id;
  }

  async #node(
    name: string,
    parent: string,
    type: "file" | "folder",
    content: string | null,
    size: number,
    executable: boolean,
  ): Promise<string> {
    const id = newId();
    await this.shard.db
      .prepare(
        `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, version, content_id, size, mtime, executable, seq, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(
        this.account.home.space,
        id,
        parent,
        name,
        nameKey(name),
        type,
        content ? 1 : 0,
        content,
        size,
        AT,
        executable ? 1 : 0,
        this.#seq++,
        AT,
      )
      .run();
    return id;
  }
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** `length` random bytes; getRandomValues gives at most 64 KiB at once. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
