import { env } from "cloudflare:workers";
import type { ChunkRef } from "../../../protocol/content.ts";
import type { Transfer } from "../../../protocol/transfers.ts";
import type { Node } from "../../../protocol/tree.ts";
import { encodePack } from "../../../protocol/pack-frame.ts";
import type { Env } from "../../../workers/env.ts";
import { readTransfer, type TransferRow } from "../../../workers/storage/directory-transfers.ts";
import { raiseGeneration } from "../../../workers/search/indexed-spaces.ts";
import { LEASE_MS, runTransfer } from "../../../workers/transfers/run-transfer.ts";
import { frameOf } from "./belongings.ts";
import { index, searchPage } from "./indexing.ts";
import { sharer, type Sharer } from "./people.ts";
import { Random } from "./permissions/random.ts";
import { setRole, shareFolder } from "./shared-folder.ts";
import { ask, requestOf, WHOLE } from "./transferring.ts";

const bindings = env as unknown as Env & { META_0: D1Database; META_1: D1Database };
const { DIRECTORY, SEARCH, META_0, META_1 } = bindings;

/** None is in another, nor begins as another does. */
const NAME_WORDS = ["ember", "quartz", "willow", "zephyr"];
const TEXT_WORDS = ["lantern", "ember", "monsoon", "quartz", "pebble"];

/** How often each kind of step is taken, compared with the others. */
const TIMES = { file: 3, folder: 1, edit: 1, move: 1, copy: 1, trash: 1, restore: 1, purge: 1, share: 2, role: 2 };
const TIMES_OF_OTHERS = { transfer: 3, handOver: 2, reindex: 1, deliver: 1, deliverMeanwhile: 2 };
const KINDS = Object.entries({ ...TIMES, ...TIMES_OF_OTHERS }).flatMap(([kind, times]) =>
  Array.from({ length: times }, () => kind),
);

/** Why a step may not be possible at the moment. */
const IMPOSSIBLE = new RegExp(
  [
    '"code":"(name_conflict|not_found|parent_not_found|would_cycle|already_trashed|not_trashed|not_a_folder|stale_base|',
    'mounted_folder|mount_in_shared|root_immutable|forbidden|busy)"',
  ].join(""),
);

interface Row {
  readonly space_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly state: string;
  readonly content_id: string | null;
  readonly mount: string | null;
}

/** Three people, what they do to their files and to each other's access, and what each is to find. */
export class SearchWorld {
  readonly random: Random;
  readonly people: Sharer[] = [];
  /** By content id. */
  readonly texts = new Map<string, string>();
  readonly #chunks = new Map<string, ChunkRef>();
  /** Folders that were shared, by id, with who owns them. */
  readonly shared = new Map<string, Sharer>();
  /** Transfers that were carried out. */
  transferred = 0;
  /** Messages that were sent and not delivered. */
  messages: string[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  async begin(): Promise<void> {
    for (let i = 0; i < 3; i++) this.people.push(await sharer());
    // Something that is shared and something that is not, of each.
    for (const [i, person] of this.people.entries()) {
      const folder = await person.folder();
      await this.#file(person, folder.id, `${NAME_WORDS[i]} inside`);
      await this.#file(person, person.account.home.root, `${NAME_WORDS[i]} outside`);
      await shareFolder(person, folder.id);
      this.shared.set(folder.id, person);
      const next = this.people[(i + 1) % this.people.length];
      if (next) await setRole(folder.id, next.account.userId, "viewer");
    }
  }

  async step(): Promise<void> {
    const person = this.random.pick(this.people);
    const nodes = (await this.rows(person)).filter(({ parent_id, state }) => parent_id !== null && state !== "purged");
    const files = nodes.filter(({ content_id }) => content_id !== null);
    const folders = nodes.filter(({ content_id }) => content_id === null).map(({ id }) => id);
    const parent = this.random.pick([person.account.home.root, ...folders]);
    const node = nodes.length > 0 ? this.random.pick(nodes) : null;
    const file = files.length > 0 ? this.random.pick(files) : null;
    const kind = this.random.pick(KINDS);
    try {
      if (kind === "transfer" || kind === "handOver") await this.#toAnother(kind, person);
      else await this.#do(kind, person, parent, node, file, folders);
    } catch (error) {
      // What is not possible at the moment is answered so, and changes nothing.
      if (!IMPOSSIBLE.test(String(error))) throw error;
    }
    this.messages.push(...this.people.map(({ account }) => account.home.space));
  }

  /** Something of a shared folder's moves to another owner, or into it from another's home, or it is given away. */
  async #toAnother(kind: "transfer" | "handOver", person: Sharer): Promise<void> {
    const folders = [...this.shared].filter(([, owner]) => owner !== person).map(([folder]) => folder);
    if (folders.length === 0) return;
    const folder = this.random.pick(folders);
    const owner = this.shared.get(folder);
    if (!owner || !(await this.#isShared(folder))) return;
    await setRole(folder, person.account.userId, "editor");
    if (kind === "handOver") {
      await owner.send("POST", `/spaces/${folder}/owner`, { account: person.account.userId });
      return this.#end(person, await person.send<Transfer>("POST", `/spaces/${folder}/owner/accept`));
    }
    const [inside, home] = [await this.#below(owner, folder), await this.#below(person, person.account.home.root)];
    const [source, target] = this.random.chance(0.5) ? [inside, home] : [home, inside];
    const [top, ...nodes] = source;
    if (!top || nodes.length === 0) return;
    const node = this.random.pick(nodes).id;
    const parents = target.filter(({ content_id }) => content_id === null);
    if (parents.length === 0) return;
    const parent = this.random.pick(parents).id;
    const [from, to] = source === inside ? [folder, "home"] : ["home", folder];
    await this.#end(person, await ask(person, requestOf(person, from, node, to, parent)));
  }

  /** Takes a transfer on to its end, while messages come and go, and notes who has what was given away. */
  async #end(person: Sharer, { id, kind }: Transfer): Promise<void> {
    const [{ state, nodeId }] = await Promise.all([atItsEnd(id), this.#deliver()]);
    if (state === "done") this.transferred++;
    if (kind === "ownership" && state === "done") this.shared.set(nodeId, person);
  }

  /** What is live from a folder on, itself first. */
  async #below(owner: Sharer, top: string): Promise<Row[]> {
    const byParent = Map.groupBy(await this.rows(owner), ({ parent_id }) => parent_id);
    const found = [...byParent.values()].flat().filter(({ id, state }) => id === top && state === "live");
    for (let at = 0; at < found.length; at++) {
      found.push(...(byParent.get(found[at]?.id ?? "") ?? []).filter(({ state }) => state === "live"));
    }
    return found;
  }

  async #do(kind: string, person: Sharer, parent: string, node: Row | null, file: Row | null, folders: string[]) {
    const name = `${this.random.pick(NAME_WORDS)} ${this.random.pick(NAME_WORDS)} ${Math.floor(1000 * this.random.next())}`;
    if (kind === "file") await this.#file(person, parent, name);
    if (kind === "folder") await person.commitOne({ type: "createFolder", parent, name });
    if (kind === "deliver") await this.#deliver();
    if (kind === "reindex") await raiseGeneration(SEARCH);
    if (kind === "deliverMeanwhile") await Promise.all([this.#deliver(), this.#file(person, parent, name)]);
    if (kind === "share" && folders.length > 0) await this.#share(person, this.random.pick(folders));
    if (kind === "role") await this.#role();
    if (kind === "edit" && file) {
      const current = await person.send<{ node: Node }>("GET", `/nodes/${file.id}`);
      const made = await this.#chunk(person);
      await this.#commit(
        person,
        { type: "updateFile", node: file.id, baseVersion: current.node.version, chunks: [made.chunk], mtime: 4 },
        made.text,
      );
    }
    if (!node) return;
    if (kind === "move") await person.commitOne({ type: "move", node: node.id, parent, name });
    if (kind === "copy") await person.commitOne({ type: "copy", node: node.id, parent, name });
    if (kind === "trash") await person.commitOne({ type: "trash", node: node.id });
    if (kind === "restore") await person.commitOne({ type: "restore", node: node.id });
    if (kind === "purge" && node.state === "trashed") await person.commitOne({ type: "purge", node: node.id });
  }

  async #file(person: Sharer, parent: string, name: string): Promise<void> {
    const { chunk, text } = await this.#chunk(person);
    await this.#commit(person, { type: "createFile", parent, name: `${name}.txt`, chunks: [chunk], mtime: 4 }, text);
  }

  async #commit(person: Sharer, operation: Parameters<Sharer["commitOne"]>[0], text: string): Promise<void> {
    const { content } = await person.commitOne(operation);
    if (content !== null) this.texts.set(content, text);
  }

  async #chunk(person: Sharer): Promise<{ chunk: ChunkRef; text: string }> {
    const text = `${this.random.pick(TEXT_WORDS)} and ${this.random.pick(TEXT_WORDS)}`;
    const key = `${person.account.userId} ${text}`;
    const chunk = this.#chunks.get(key) ?? (await sentChunk(person, text));
    this.#chunks.set(key, chunk);
    return { chunk, text };
  }

  async #share(person: Sharer, folder: string): Promise<void> {
    const isBarred = (await this.#below(person, folder)).some(({ mount }) => mount !== null);
    if (isBarred || this.shared.has(folder)) return;
    await shareFolder(person, folder);
    this.shared.set(folder, person);
    await this.#role();
  }

  async #role(): Promise<void> {
    if (this.shared.size === 0) return;
    const folder = this.random.pick([...this.shared.keys()]);
    if (!(await this.#isShared(folder))) return;
    const member = this.random.pick(this.people.filter((each) => each !== this.shared.get(folder)));
    await setRole(folder, member.account.userId, this.random.pick(["viewer", "editor", null] as const));
  }

  /** Purging it has ended its sharing (M10). */
  async #isShared(folder: string): Promise<boolean> {
    const row = await DIRECTORY.prepare("SELECT 1 FROM shared_folders WHERE folder_id = ?").bind(folder).first();
    if (row === null) this.shared.delete(folder);
    return row !== null;
  }

  /** Some messages, some twice, in any order; the rest are lost. */
  async #deliver(): Promise<void> {
    const delivered = this.messages.flatMap((space) => this.random.pick([[], [space], [space, space]]));
    this.messages = [];
    if (delivered.length > 0) await Promise.all([index(...delivered), index(...delivered.toReversed())]);
  }

  /** As the cron does: every space that is behind. */
  async catchUp(): Promise<void> {
    await index(...this.people.map(({ account }) => account.home.space));
  }

  async rows(person: Sharer): Promise<Row[]> {
    const answers = await Promise.all(
      [META_0, META_1].map((shard) =>
        shard
          .prepare(
            "SELECT space_id, id, parent_id, name, state, content_id, mount FROM nodes WHERE space_id = ? ORDER BY name, id",
          )
          .bind(person.account.home.space)
          .all<Row>(),
      ),
    );
    return answers.flatMap(({ results }) => results);
  }

  /** All that a person may read, as `space node`, with the words of its name and of its text. */
  async readable(person: Sharer): Promise<Map<string, { name: string[]; text: string[] }>> {
    const readable = new Map<string, { name: string[]; text: string[] }>();
    const folders = await this.#foldersOf(person);
    for (const owner of this.people) {
      const rows = new Map((await this.rows(owner)).map((row) => [row.id, row]));
      for (const row of rows.values()) {
        const way: Row[] = [];
        for (let at: Row | undefined = row; at; at = at.parent_id === null ? undefined : rows.get(at.parent_id))
          way.push(at);
        if (row.parent_id === null || way.some(({ state }) => state !== "live")) continue;
        const isOwn = owner === person;
        if (!isOwn && !way.slice(1).some(({ id, space_id }) => folders.get(id) === space_id)) continue;
        const words = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/);
        readable.set(`${row.space_id} ${row.id}`, {
          name: words(row.name),
          text: words(this.texts.get(row.content_id ?? "") ?? ""),
        });
      }
    }
    return readable;
  }

  /** Shared folders that a person is a member of, with the spaces that they are in. */
  async #foldersOf({ account }: Sharer): Promise<Map<string, string>> {
    const { results } = await DIRECTORY.prepare(
      "SELECT folder_id, space_id FROM members JOIN shared_folders USING (folder_id) WHERE account_id = ?",
    )
      .bind(account.userId)
      .all<{ folder_id: string; space_id: string }>();
    return new Map(results.map(({ folder_id, space_id }) => [folder_id, space_id]));
  }

  /** All that a search finds, as `space node`. */
  async found(person: Sharer, q: string): Promise<string[]> {
    const ids: string[] = [];
    const folders = await this.#foldersOf(person);
    let cursor: string | undefined;
    do {
      const limit = 1 + Math.floor(7 * this.random.next());
      const page = await searchPage(person.account, q, { limit, ...(cursor !== undefined && { cursor }) });
      if (page.corrected.length > 0) return [];
      const spaceOf = (folder: string | undefined) =>
        folder === undefined ? person.account.home.space : folders.get(folder);
      ids.push(...page.hits.map(({ node, shared }) => `${spaceOf(shared?.id)} ${node.id}`));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return ids;
  }
}

/** A chunk that the account holds, and may have held before by a transfer. */
async function sentChunk(person: Sharer, text: string): Promise<ChunkRef> {
  const frame = await frameOf(new Uint8Array(new TextEncoder().encode(text)));
  await person.send("POST", "/chunks", encodePack([frame]));
  return { id: frame.id, size: frame.bytes.length };
}

/** A run that is under way is left alone for so long: the queue takes on what a slow machine did not end at once. */
const RUN_MS = 60_000;

/** Takes a transfer on until nothing is left to do, without its pauses: what is to be purged before takes its time. */
async function atItsEnd(id: string): Promise<TransferRow> {
  for (let tries = 0; tries < 600; tries++) {
    const fresh = Date.now() + LEASE_MS;
    await DIRECTORY.prepare("UPDATE transfers SET leased_until = 0 WHERE id = ? AND leased_until NOT BETWEEN ? AND ?")
      .bind(id, fresh - RUN_MS, fresh)
      .run();
    await runTransfer(bindings, id, { ...WHOLE, steps: 50 });
    const row = await readTransfer(DIRECTORY, id);
    if (row?.isOpen === false) return row;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the transfer does not end");
}
