import { type ChunkRef, encodeManifest } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { chunksOfManifestHex } from "./chunk-rows.ts";
import { readQuota, type Quota } from "./owners.ts";
import { heldFor, isMember, type Uploader } from "./sent-chunks.ts";
import type { Shard } from "./shards.ts";

/** An open upload as its row has it. */
export interface UploadRow {
  readonly id: string;
  readonly owner_id: string;
  readonly user_id: string;
  readonly space_id: string;
  readonly node_id: string | null;
  /** A file's upload only: JSON of a `StoredIntent`. */
  readonly intent: string | null;
  /** The announced chunk list in lower-case hex, 72 characters an entry; a file's is in file order, with repetitions. */
  readonly manifest: string;
  readonly reserved: number;
  readonly expires_at: number;
  /** When its chunks were last announced: it was opened, or opened again. */
  readonly created_at: number;
}

export interface OpenedUpload {
  readonly row: UploadRow;
  /** Announced chunks that the owner lacks, as far as the uploader may know (M6); distinct, in the order announced. */
  readonly missing: string[];
}

/** What `openUpload` takes. */
export interface UploadPlan extends Uploader {
  readonly spaceId: string;
  /** Client-made; opening it again answers the same upload (U6). */
  readonly id?: string | undefined;
  readonly chunks: readonly ChunkRef[];
  /** `POST /files/upload` only. */
  readonly file?: FilePlan | undefined;
}

/** The file that an upload is for. */
export interface FilePlan {
  /** What the client asked for, beside the chunks; JSON. The same id with something else asked is another upload (I5). */
  readonly asked: string;
  /**
   * Settles what was asked on the tree as it is now. Called where the upload is opened, not where it is opened again:
   * the tree may have changed by then, also by this very upload's commit.
   */
  readonly settle: () => Promise<{ readonly nodeId: string; readonly operation: string }>;
}

/** What a file's upload is kept with. */
interface StoredIntent {
  readonly asked: string;
  /** JSON of what `complete` is to commit; the same at every call. */
  readonly operation: string;
}

const COLUMNS = "id, owner_id, user_id, space_id, node_id, intent, manifest, reserved, expires_at, created_at";
/** Races that an opening loses before it gives up: with itself sent twice, or with its own closing. */
const ATTEMPTS = 4;

/**
 * Opens an upload, or opens it again: answers what the owner lacks and reserves its size (U1, U6). Where nothing is
 * missing there is nothing to keep, and no row is written, but for a file's upload, which `complete` goes by.
 *
 * @throws LedgeError `over_quota` (nothing is opened), `operation_mismatch` (the id is another upload's of the owner),
 *   `chunk_size_mismatch` (an announced size is not the one that the owner holds, or two differ), `busy`.
 */
export async function openUpload(shard: Shard, plan: UploadPlan, now: number): Promise<OpenedUpload> {
  const sizes = distinctSizes(plan.chunks);
  const manifest = encodeManifest(plan.chunks);
  const expiresAt = expiry(now, now);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const open = plan.id === undefined ? null : await findUpload(shard, plan.ownerId, plan.id);
    if (open && !isSame(open, plan, manifest)) {
      throw new LedgeError("operation_mismatch", "the upload id was used before with other chunks");
    }
    const missing = await missingChunks(shard, plan, sizes, now);
    const reserved = missing.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
    const row: UploadRow = {
      ...(open ?? (await newRow(plan, manifest, now))),
      reserved,
      expires_at: expiresAt,
      created_at: now,
    };
    if (!open && missing.length === 0 && !plan.file) return { row, missing };
    try {
      await shard.db.batch(open ? reopenStatements(shard.db, open, row) : openStatements(shard.db, row, manifest));
    } catch (error) {
      if (isOverQuota(error)) {
        throw isMember(plan) ? noRoom() : overQuota(reserved, await readQuota(shard.db, plan.ownerId));
      }
      if (isConstraint(error)) continue;
      throw error;
    }
    return { row, missing };
  }
  throw new LedgeError("busy", "the upload is being opened and closed at the same time");
}

async function newRow(
  plan: UploadPlan,
  manifest: Uint8Array<ArrayBuffer>,
  now: number,
): Promise<Omit<UploadRow, "reserved" | "expires_at" | "created_at">> {
  const { ownerId, userId, spaceId, file } = plan;
  const settled = await file?.settle();
  const intent: StoredIntent | null = file && settled ? { asked: file.asked, operation: settled.operation } : null;
  return {
    id: plan.id ?? newId(now),
    owner_id: ownerId,
    user_id: userId,
    space_id: spaceId,
    node_id: settled?.nodeId ?? null,
    intent: intent && JSON.stringify(intent),
    manifest: Buffer.from(manifest.buffer).toString("hex"),
  };
}

/** What a file's upload is to commit, as `FilePlan.settle` had it; null where the upload is not of a file. */
export function settledOperation({ intent }: UploadRow): string | null {
  return intent === null ? null : (JSON.parse(intent) as StoredIntent).operation;
}

const HOUR_MS = 60 * 60 * 1000;
/**
 * The life of an upload from its last announcement, in ms. Chunks that it was told are held, and that nothing refers to,
 * live for 72 hours from then, less the hour in which they are not touched again: they outlive it (U7).
 */
const MOST_LIFE_MS = 66 * HOUR_MS;

/** When an upload that was announced at `announcedAt` and got a chunk at `now` expires (U5). */
export function expiry(now: number, announcedAt: number): number {
  return Math.min(now + LIMITS.uploadHours * HOUR_MS, announcedAt + MOST_LIFE_MS);
}

/**
 * The uploader's own open upload.
 *
 * @throws LedgeError `upload_not_found` for unknown ids and other users' uploads alike, `upload_expired`.
 */
export async function requireUpload(
  shard: Shard,
  { ownerId, userId }: Uploader,
  id: string,
  now: number,
): Promise<UploadRow> {
  return openAndOwn(await findUpload(shard, ownerId, id), userId, now);
}

/** The uploader's newest open upload for a file; errors as `requireUpload`. `id` narrows where there are several. */
export async function requireFileUpload(
  shard: Shard,
  { ownerId, userId }: Uploader,
  nodeId: string,
  id: string | undefined,
  now: number,
): Promise<UploadRow> {
  const row = await shard.db
    .prepare(
      `SELECT ${COLUMNS} FROM uploads WHERE node_id = ?1 AND user_id = ?2 AND owner_id = ?5 AND (?3 IS NULL OR id = ?3)
       ORDER BY expires_at > ?4 DESC, created_at DESC, id DESC LIMIT 1`,
    )
    .bind(nodeId, userId, id ?? null, now, ownerId)
    .first<StoredRow>();
  return openAndOwn(row && uploadRow(row), userId, now);
}

/** What an open upload still lacks, as far as its uploader may know, in the order announced. */
export async function missingNow(shard: Shard, upload: UploadRow, now: number): Promise<string[]> {
  return missingChunks(shard, uploaderOf(upload), distinctSizes(chunksOfManifestHex(upload.manifest)), now);
}

/** Whose upload it is. */
export function uploaderOf({ owner_id, user_id }: UploadRow): Uploader {
  return { ownerId: owner_id, userId: user_id };
}

/**
 * What an upload reserves as its uploader may know it, given what it lacks: of a member what is missing, because what is
 * reserved really goes down with each chunk that the owner did not hold, and only with those.
 */
export function reservedFor(upload: UploadRow, missing: readonly string[]): number {
  if (!isMember(uploaderOf(upload))) return upload.reserved;
  const sizes = distinctSizes(chunksOfManifestHex(upload.manifest));
  return missing.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
}

/** Of the ids of uploads those that are the uploader's own. */
export async function ownUploads(
  shard: Shard,
  { ownerId, userId }: Uploader,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { results } = await shard.db
    .prepare(
      "SELECT u.id FROM json_each(?3) j CROSS JOIN uploads u ON u.owner_id = ?1 AND u.id = j.value WHERE u.user_id = ?2",
    )
    .bind(ownerId, userId, JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

async function findUpload(shard: Shard, ownerId: string, id: string): Promise<UploadRow | null> {
  const row = await shard.db
    .prepare(`SELECT ${COLUMNS} FROM uploads WHERE owner_id = ?1 AND id = ?2`)
    .bind(ownerId, id)
    .first<StoredRow>();
  return row && uploadRow(row);
}

/** As D1 answers it: a BLOB is an array of byte values. */
type StoredRow = Omit<UploadRow, "manifest"> & { readonly manifest: ArrayBuffer | number[] };

/** Hex is made here and not by SQLite: of the longest chunk list it would be longer than D1 lets a value be. */
function uploadRow({ manifest, ...row }: StoredRow): UploadRow {
  return { ...row, manifest: Buffer.from(new Uint8Array(manifest)).toString("hex") };
}

function openAndOwn(row: UploadRow | null, userId: string, now: number): UploadRow {
  if (!row || row.user_id !== userId) throw new LedgeError("upload_not_found");
  if (row.expires_at <= now) throw new LedgeError("upload_expired");
  return row;
}

function isSame(open: UploadRow, plan: UploadPlan, manifest: Uint8Array<ArrayBuffer>): boolean {
  return (
    open.user_id === plan.userId &&
    open.space_id === plan.spaceId &&
    (open.intent === null ? undefined : (JSON.parse(open.intent) as StoredIntent).asked) === plan.file?.asked &&
    open.manifest === Buffer.from(manifest.buffer).toString("hex")
  );
}

async function missingChunks(
  shard: Shard,
  uploader: Uploader,
  sizes: ReadonlyMap<string, number>,
  now: number,
): Promise<string[]> {
  const ids = [...sizes.keys()];
  const held = await heldFor(shard, uploader, ids, now);
  for (const [id, size] of held) {
    if (sizes.get(id) !== size) throw new LedgeError("chunk_size_mismatch", `the chunk ${id} has ${size} bytes`);
  }
  return ids.filter((id) => !held.has(id));
}

function distinctSizes(chunks: readonly ChunkRef[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { id, size } of chunks) {
    if ((sizes.get(id) ?? size) !== size) {
      throw new LedgeError("chunk_size_mismatch", `the chunk ${id} is announced with two sizes`);
    }
    sizes.set(id, size);
  }
  return sizes;
}

function openStatements(
  db: D1DatabaseSession,
  row: UploadRow,
  manifest: Uint8Array<ArrayBuffer>,
): D1PreparedStatement[] {
  const { id, owner_id, user_id, space_id, node_id, intent, reserved, expires_at, created_at } = row;
  return [
    db.prepare("UPDATE owners SET reserved = reserved + ?1 WHERE id = ?2").bind(reserved, owner_id),
    db
      .prepare(
        `INSERT INTO uploads (id, owner_id, user_id, space_id, node_id, intent, manifest, reserved, expires_at, created_at)
         VALUES (?1, (SELECT id FROM owners WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
      )
      .bind(id, owner_id, user_id, space_id, node_id, intent, manifest, reserved, expires_at, created_at),
  ];
}

/** Where the upload was closed in the meantime, NULL is not a number of bytes and the batch aborts. */
function reopenStatements(
  db: D1DatabaseSession,
  open: UploadRow,
  { reserved, expires_at, created_at }: UploadRow,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        "UPDATE owners SET reserved = reserved + ?1 - (SELECT reserved FROM uploads WHERE owner_id = ?3 AND id = ?2) WHERE id = ?3",
      )
      .bind(reserved, open.id, open.owner_id),
    db
      .prepare("UPDATE uploads SET reserved = ?1, expires_at = ?2, created_at = ?3 WHERE owner_id = ?4 AND id = ?5")
      .bind(reserved, expires_at, created_at, open.owner_id, open.id),
  ];
}

/** `over_quota`, with what would be `needed` and what the owner has. */
export function overQuota(needed: number, quota: Quota): LedgeError {
  return new LedgeError("over_quota", `${needed} bytes more do not fit`, { needed, ...quota });
}

/** `over_quota` for a member, whom the owner's figures are not told (M6). */
export function noRoom(): LedgeError {
  return new LedgeError("over_quota", "the owner of this folder has no room for it");
}

/** Whether the trigger `owners_quota` ended the batch. */
export function isOverQuota(error: unknown): boolean {
  return error instanceof Error && error.message.includes("over_quota");
}

/** Whether a constraint ended the batch: somebody else changed what it was planned on. */
export function isConstraint(error: unknown): boolean {
  return error instanceof Error && /SQLITE_CONSTRAINT|constraint failed/.test(error.message);
}
