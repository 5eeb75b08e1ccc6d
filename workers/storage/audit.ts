import type { AuditRequest, AuditStep } from "../../protocol/audit.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Env } from "../env.ts";
import { auditChunks } from "./audit-chunks.ts";
import { auditCounters } from "./audit-counters.ts";
import { auditPacks } from "./audit-packs.ts";
import { openShard, shardNames, type Shard } from "./shards.ts";

/**
 * Where an audit stands: first a shard's packs by id, then its accounts, each with its counters and then its chunks by
 * id; then the next shard.
 */
interface Position {
  readonly shard: string;
  readonly phase: "packs" | "accounts";
  /** The pack or account that was looked at last; of the account that is being looked at, its id. */
  readonly id: string;
  /** The chunk that was looked at last, where an account is being looked at. */
  readonly chunk: string | null;
}

const POSITION = /^(META_\d+)\/(packs|accounts)\/([0-9a-z]{26})?(?:\/([0-9a-f]{64}))?$/;

/**
 * One bounded step of an audit. It may be repeated, and stopped anywhere.
 *
 * @throws LedgeError `invalid_cursor`.
 */
export async function auditStep(
  env: Env,
  { cursor, repair, verify, missing }: AuditRequest,
  now: number,
): Promise<AuditStep> {
  const shards = shardNames(env);
  const at = cursor === undefined ? beginning(shards[0]) : parse(cursor, shards);
  if (!at) return { checked: { packs: 0, chunks: 0, accounts: 0 }, findings: [], next: null };
  const shard = openShard(env, at.shard, "first-primary");
  if (at.phase === "packs") {
    const { checked, findings, next } = await auditPacks(env, shard, at.id, { repair, verify }, now);
    const following: Position = next === null ? { ...at, phase: "accounts", id: "" } : { ...at, id: next };
    return { checked: { packs: checked, chunks: 0, accounts: 0 }, findings: [...findings], next: text(following) };
  }
  const account = at.chunk === null ? await accountAfter(shard, at.id) : at.id;
  if (account === null) {
    const following = beginning(shards[shards.indexOf(at.shard) + 1]);
    return { checked: { packs: 0, chunks: 0, accounts: 0 }, findings: [], next: following && text(following) };
  }
  const counters = at.chunk === null ? await auditCounters(shard, account, repair) : [];
  const options = { repair, missing: new Set(missing) };
  const { checked, findings, next } = await auditChunks(shard, account, at.chunk ?? "", options, now);
  return {
    checked: { packs: 0, chunks: checked, accounts: next === null ? 1 : 0 },
    findings: [...counters, ...findings],
    next: text({ ...at, id: account, chunk: next }),
  };
}

function beginning(shard: string | undefined): Position | null {
  return shard === undefined ? null : { shard, phase: "packs", id: "", chunk: null };
}

function parse(cursor: string, shards: readonly string[]): Position {
  const [, shard, phase, id = "", chunk = null] = POSITION.exec(cursor) ?? [];
  if (shard === undefined || !shards.includes(shard)) throw new LedgeError("invalid_cursor");
  return { shard, phase: phase === "packs" ? "packs" : "accounts", id, chunk };
}

function text({ shard, phase, id, chunk }: Position): string {
  return `${shard}/${phase}/${id}${chunk === null ? "" : `/${chunk}`}`;
}

async function accountAfter({ db }: Shard, id: string): Promise<string | null> {
  return db.prepare("SELECT id FROM owners WHERE id > ? ORDER BY id LIMIT 1").bind(id).first<string>("id");
}
