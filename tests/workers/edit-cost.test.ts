import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { CommitRequest, OperationInput } from "../../protocol/tree.ts";
import { receiveChunks } from "../../workers/storage/receive-chunks.ts";
import { receivePack } from "../../workers/storage/receive-pack.ts";
import type { Shard } from "../../workers/storage/shards.ts";
import { openUpload, requireUpload } from "../../workers/storage/uploads.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import { findDefects, inputOf, makeSpace, META_0, type TestSpace } from "./support/commit-space.ts";
import { countingShard } from "./support/counting-shard.ts";
import { chunkOf, env, packOf, randomBytes } from "./support/storage.ts";

const NOW = Date.UTC(2026, 10, 22);
/** What a commit's record costs (V1): its row, and where it is by time. */
const RECORD = 2;
type Chunk = Awaited<ReturnType<typeof chunkOf>>;

/** Counts what each step costs in rows of the shard, written and read. */
class Bill {
  readonly written: Record<string, number> = {};
  readonly read: Record<string, number> = {};
  readonly space: TestSpace;

  constructor(space: TestSpace) {
    this.space = space;
  }

  get total(): number {
    return Object.values(this.written).reduce((sum, rows) => sum + rows, 0);
  }

  async step<T>(name: string, work: (shard: Shard) => Promise<T>): Promise<T> {
    const { shard, rows } = countingShard("META_0", META_0);
    const answer = await work(shard);
    this.written[name] = rows.written;
    this.read[name] = rows.read;
    return answer;
  }

  open(chunk: Chunk) {
    const { ownerId, spaceId } = this.space;
    const plan = { ownerId, userId: ownerId, spaceId, id: newId(), chunks: [chunk.ref] };
    return this.step("open", (shard) => openUpload(shard, plan, NOW));
  }

  pack(chunk: Chunk, upload: string) {
    return this.step("pack", async (shard) =>
      receivePack(
        env,
        shard,
        await requireUpload(shard, { ownerId: this.space.ownerId, userId: this.space.ownerId }, upload, NOW),
        packOf([chunk]),
        NOW,
      ),
    );
  }

  chunks(chunk: Chunk) {
    return this.step("chunks", (shard) => receiveChunks(env, shard, this.space.ownerId, packOf([chunk]), NOW));
  }

  async commit(operation: OperationInput, more: Partial<CommitRequest> = {}) {
    const input = inputOf(this.space, [operation], newId(), more);
    const { outcomes } = await this.step("commit", ({ db }) => commitGroup(db, [input], NOW));
    expect(outcomes[0]).toMatchObject({ ok: true, response: { results: [{ ok: true }] } });
  }
}

/** A space with a file of one chunk. */
async function sample() {
  const space = await makeSpace();
  const node = newId();
  const [first, next] = [await chunkOf(randomBytes(1000)), await chunkOf(randomBytes(1000))];
  const setup = new Bill(space);
  await setup.chunks(first);
  await setup.commit({ type: "createFile", parent: space.rootId, name: "a", id: node, chunks: [first.ref], mtime: 1 });
  const edit = (chunk: Chunk, mtime = 2): OperationInput => ({
    type: "updateFile",
    node,
    baseVersion: 1,
    chunks: [chunk.ref],
    mtime,
  });
  return { bill: new Bill(space), first, next, edit };
}

describe("rows written for an edit of a file of one chunk", () => {
  it("announced, sent and committed", async () => {
    const { bill, next, edit } = await sample();
    const { row } = await bill.open(next);
    await bill.pack(next, row.id);
    await bill.commit(edit(next), { closeUploads: [row.id] });
    console.log("edit by an upload:", bill.written, bill.read);
    expect(bill.total).toBeLessThanOrEqual(26 + RECORD);
    expect(await findDefects(bill.space)).toEqual([]);
  });

  it("[U10] sent without announcing, in one request and fewer rows", async () => {
    const { bill, next, edit } = await sample();
    await bill.chunks(next);
    await bill.commit(edit(next));
    console.log("edit by POST /chunks:", bill.written, bill.read);
    expect(bill.total).toBeLessThanOrEqual(20 + RECORD);
    expect(await findDefects(bill.space)).toEqual([]);
  });

  it("[U1] [U4] of bytes that the account holds already: none before the commit", async () => {
    const { bill, first, edit } = await sample();
    const { missing } = await bill.open(first);
    expect(missing).toEqual([]);
    await bill.chunks(first);
    await bill.commit(edit(first, 3));
    console.log("edit to bytes that are held:", bill.written, bill.read);
    expect([bill.written.open, bill.written.chunks]).toEqual([0, 0]);
  });
});
