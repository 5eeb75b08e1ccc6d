import { env as testEnv } from "cloudflare:workers";
import { type ChunkRef, contentId, encodeManifest } from "../../../protocol/content.ts";
import { newId } from "../../../protocol/new-id.ts";
import { encodePack, type Frame } from "../../../protocol/pack-frame.ts";
import type { Env } from "../../../workers/env.ts";
import { decodeChunk } from "../../../workers/storage/pack-codec.ts";
import { PackKeys } from "../../../workers/storage/pack-key.ts";
import { getPack } from "../../../workers/storage/pack-store.ts";
import { openShard, type Shard } from "../../../workers/storage/shards.ts";

export const env = testEnv as unknown as Env;

/** An owner with a space of its own, made without an account. */
export interface Owner {
  readonly shard: Shard;
  readonly ownerId: string;
  readonly userId: string;
  readonly spaceId: string;
}

export async function makeOwner(quota = 1_000_000_000, shardName = "META_0"): Promise<Owner> {
  const shard = openShard(env, shardName, "first-primary");
  const [ownerId, spaceId] = [newId(), newId()];
  await shard.db.batch([
    shard.db.prepare("INSERT INTO owners (id, quota, created_at) VALUES (?, ?, 0)").bind(ownerId, quota),
    shard.db
      .prepare("INSERT INTO spaces (id, owner_id, root_id, epoch, created_at) VALUES (?, ?, ?, ?, 0)")
      .bind(spaceId, ownerId, newId(), newId()),
  ]);
  return { shard, ownerId, userId: ownerId, spaceId };
}

/** A chunk of these bytes, under its real id. */
export async function chunkOf(bytes: Uint8Array<ArrayBuffer> | string): Promise<Frame & { ref: ChunkRef }> {
  const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const id = Buffer.from(await crypto.subtle.digest("SHA-256", data)).toString("hex");
  return { id, bytes: data, ref: { id, size: data.length } };
}

/** Bytes that no compressor can shorten. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

export async function randomChunks(count: number, size = 1_000): Promise<(Frame & { ref: ChunkRef })[]> {
  return Promise.all(Array.from({ length: count }, () => chunkOf(randomBytes(size))));
}

export const refsOf = (chunks: readonly { ref: ChunkRef }[]): ChunkRef[] => chunks.map(({ ref }) => ref);
export const packOf = (chunks: readonly Frame[]): Uint8Array<ArrayBuffer> => encodePack(chunks);

/** As the commit's batch does it: counts the chunks, makes the content. `refs` versions have it. */
export async function makeContent(owner: Owner, chunks: readonly ChunkRef[], refs: number): Promise<string> {
  const { db } = owner.shard;
  const id = contentId(chunks);
  const ids = JSON.stringify([...new Set(chunks.map((chunk) => chunk.id))]);
  await db.batch([
    db
      .prepare(
        `UPDATE chunks SET refs = refs + 1 WHERE owner_id = ?1 AND id IN (SELECT unhex(value) FROM json_each(?2))
         AND NOT EXISTS (SELECT 1 FROM contents WHERE owner_id = ?1 AND id = ?3)`,
      )
      .bind(owner.ownerId, ids, id),
    db
      .prepare(
        `INSERT INTO contents (owner_id, id, size, manifest, refs, created_at) VALUES (?1, ?2, 0, ?3, ?4, 0)
         ON CONFLICT DO UPDATE SET refs = excluded.refs`,
      )
      .bind(owner.ownerId, id, encodeManifest(chunks), refs),
  ]);
  return id;
}

/** What is wrong with an owner's counters and references, by recounting them; [] where all holds (I2, I9). */
export async function recount(owner: Owner): Promise<string[]> {
  const { db } = owner.shard;
  const wrong: string[] = [];
  const row = await db
    .prepare(
      `SELECT quota, used, reserved,
         (SELECT coalesce(sum(size), 0) FROM chunks WHERE owner_id = o.id AND pack_id <> '') AS real_used,
         (SELECT coalesce(sum(reserved), 0) FROM uploads WHERE owner_id = o.id) AS real_reserved
       FROM owners o WHERE id = ?`,
    )
    .bind(owner.ownerId)
    .first<Record<"quota" | "used" | "reserved" | "real_used" | "real_reserved", number>>();
  if (!row) return ["no owner"];
  if (row.used !== row.real_used) wrong.push(`used ${row.used}, recounted ${row.real_used}`);
  if (row.reserved !== row.real_reserved) wrong.push(`reserved ${row.reserved}, recounted ${row.real_reserved}`);
  if (row.used + row.reserved > row.quota) wrong.push("over quota");
  const packs = await db
    .prepare(
      `SELECT id FROM packs p WHERE owner_id = ?
         AND live <> (SELECT coalesce(sum(length), 0) FROM chunks WHERE pack_id = p.id)`,
    )
    .bind(owner.ownerId)
    .all<{ id: string }>();
  for (const { id } of packs.results) wrong.push(`pack ${id}: live is wrong`);
  const named = await db
    .prepare("SELECT DISTINCT pack_id AS id FROM chunks WHERE owner_id = ? AND pack_id <> ''")
    .bind(owner.ownerId)
    .all<{ id: string }>();
  for (const { id } of named.results) {
    if (!(await env.PACKS.head(`packs/${id}`))) wrong.push(`pack ${id}: rows without object`);
    if (!(await db.prepare("SELECT 1 FROM packs WHERE id = ?").bind(id).first())) wrong.push(`pack ${id}: no row`);
  }
  return wrong;
}

/** A held chunk's plaintext, read as a download does; null where the owner does not hold it. */
export async function readChunk(owner: Owner, id: string, masterKeys = env.MASTER_KEYS): Promise<Uint8Array | null> {
  const row = await owner.shard.db
    .prepare(
      `SELECT pack_id, key_id, "offset", length, c.size FROM chunks c JOIN packs p ON p.id = c.pack_id
       WHERE c.owner_id = ? AND c.id = unhex(?)`,
    )
    .bind(owner.ownerId, id)
    .first<{ pack_id: string; key_id: string; offset: number; length: number; size: number }>();
  if (!row) return null;
  const pack = await getPack(env.PACKS, row.pack_id);
  if (!pack) throw new Error(`the pack ${row.pack_id} is gone`);
  const record = pack.subarray(row.offset, row.offset + row.length);
  return decodeChunk(new PackKeys(masterKeys), row.pack_id, row.key_id, record, id, row.size);
}

/** The `code` of the LedgeError that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "resolved",
    (error: { code?: string }) => error.code ?? "no code",
  );
}

/** Counts the awaited calls to a database and a bucket, and fails one of them, before or after it took effect. */
export class Faults {
  #calls = 0;
  readonly #failAt: number;
  readonly #when: "before" | "after";

  constructor(failAt: number, when: "before" | "after") {
    this.#failAt = failAt;
    this.#when = when;
  }

  get calls(): number {
    return this.#calls;
  }

  shard(shard: Shard): Shard {
    return { name: shard.name, db: this.#database(shard.db) };
  }

  bucket(bucket: R2Bucket): R2Bucket {
    return new Proxy(bucket, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => this.#run(() => Reflect.apply(member, target, args) as Promise<unknown>);
      },
    });
  }

  #database(db: D1DatabaseSession): D1DatabaseSession {
    return new Proxy(db, {
      get: (target, name) => {
        if (name === "prepare") return (sql: string) => this.#statement(target.prepare(sql));
        if (name === "batch") {
          return (statements: Wrapped[]) => this.#run(() => target.batch(statements.map((each) => each[REAL] ?? each)));
        }
        const member = Reflect.get(target, name) as unknown;
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  }

  #statement(statement: D1PreparedStatement): D1PreparedStatement {
    return new Proxy(statement, {
      get: (target, name) => {
        if (name === REAL) return target;
        if (name === "bind") return (...values: unknown[]) => this.#statement(target.bind(...values));
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => this.#run(() => Reflect.apply(member, target, args) as Promise<unknown>);
      },
    });
  }

  async #run<T>(call: () => Promise<T>): Promise<T> {
    const fails = ++this.#calls === this.#failAt;
    if (fails && this.#when === "before") throw new Error("injected: connection lost");
    const answer = await call();
    if (fails) throw new Error("injected: connection lost");
    return answer;
  }
}

const REAL = Symbol("the statement behind the proxy");
type Wrapped = D1PreparedStatement & { [REAL]?: D1PreparedStatement };
