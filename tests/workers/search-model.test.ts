import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { ChunkRef } from "../../protocol/content.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { index, searchPage } from "./support/indexing.ts";
import { Random } from "./support/permissions/random.ts";
import { setRole, shareFolder } from "./support/shared-folder.ts";

const { DIRECTORY, META_0, META_1 } = env as unknown as Env & { META_0: D1Database; META_1: D1Database };

/** None is in another, nor begins as another does. */
const NAME_WORDS = ["ember", "quartz", "willow", "zephyr"];
const TEXT_WORDS = ["lantern", "ember", "monsoon", "quartz", "pebble"];
const STEPS = 45;
const CHECK_EVERY = 15;

const IMPOSSIBLE =
  /"code":"(name_conflict|not_found|parent_not_found|would_cycle|already_trashed|not_trashed|not_a_folder|stale_base)"/;

interface Row {
  readonly space_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly state: string;
  readonly content_id: string | null;
}

/** Three people, what they do to their files and to each other's access, and what each is to find. */
class World {
  readonly random: Random;
  readonly people: Belongings[] = [];
  /** By content id. */
  readonly texts = new Map<string, string>();
  readonly #chunks = new Map<string, ChunkRef>();
  /** Folders that were shared, by id, with who owns them. */
  readonly shared = new Map<string, Belongings>();
  /** Messages that were sent and not delivered. */
  messages: string[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  async begin(): Promise<void> {
    for (let i = 0; i < 3; i++) this.people.push(new Belongings(await signUp()));
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
    const kind = this.random.pick([
      "file",
      "file",
      "file",
      "folder",
      "edit",
      "move",
      "copy",
      "trash",
      "restore",
      "purge",
      "share",
      "share",
      "role",
      "role",
      "deliver",
    ]);
    try {
      await this.#do(kind, person, parent, node, file, folders);
    } catch (error) {
      // What is not possible at the moment is answered so, and changes nothing.
      if (!IMPOSSIBLE.test(String(error))) throw error;
    }
    this.messages.push(person.account.home.space);
  }

  async #do(kind: string, person: Belongings, parent: string, node: Row | null, file: Row | null, folders: string[]) {
    const name = `${this.random.pick(NAME_WORDS)} ${this.random.pick(NAME_WORDS)} ${Math.floor(1000 * this.random.next())}`;
    if (kind === "file") await this.#file(person, parent, name);
    if (kind === "folder") await person.commitOne({ type: "createFolder", parent, name });
    if (kind === "deliver") await this.#deliver();
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

  async #file(person: Belongings, parent: string, name: string): Promise<void> {
    const { chunk, text } = await this.#chunk(person);
    await this.#commit(person, { type: "createFile", parent, name: `${name}.txt`, chunks: [chunk], mtime: 4 }, text);
  }

  async #commit(person: Belongings, operation: Parameters<Belongings["commitOne"]>[0], text: string): Promise<void> {
    const { content } = await person.commitOne(operation);
    if (content !== null) this.texts.set(content, text);
  }

  async #chunk(person: Belongings): Promise<{ chunk: ChunkRef; text: string }> {
    const text = `${this.random.pick(TEXT_WORDS)} and ${this.random.pick(TEXT_WORDS)}`;
    const key = `${person.account.userId} ${text}`;
    const chunk = this.#chunks.get(key) ?? (await person.chunk(new Uint8Array(new TextEncoder().encode(text))));
    this.#chunks.set(key, chunk);
    return { chunk, text };
  }

  async #share(person: Belongings, folder: string): Promise<void> {
    if (!this.shared.has(folder)) await shareFolder(person, folder);
    this.shared.set(folder, person);
    await this.#role();
  }

  async #role(): Promise<void> {
    if (this.shared.size === 0) return;
    const folder = this.random.pick([...this.shared.keys()]);
    // Purging it has ended its sharing (M10).
    const isShared = await DIRECTORY.prepare("SELECT 1 FROM shared_folders WHERE folder_id = ?").bind(folder).first();
    if (isShared === null) return void this.shared.delete(folder);
    const member = this.random.pick(this.people.filter((each) => each !== this.shared.get(folder)));
    await setRole(folder, member.account.userId, this.random.pick(["viewer", "editor", null] as const));
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

  async rows(person: Belongings): Promise<Row[]> {
    const answers = await Promise.all(
      [META_0, META_1].map((shard) =>
        shard
          .prepare("SELECT space_id, id, parent_id, name, state, content_id FROM nodes WHERE space_id = ?")
          .bind(person.account.home.space)
          .all<Row>(),
      ),
    );
    return answers.flatMap(({ results }) => results);
  }

  /** All that a person may read, as `space node`, with the words of its name and of its text. */
  async readable(person: Belongings): Promise<Map<string, { name: string[]; text: string[] }>> {
    const readable = new Map<string, { name: string[]; text: string[] }>();
    const { results: roles } = await DIRECTORY.prepare("SELECT folder_id FROM members WHERE account_id = ?")
      .bind(person.account.userId)
      .all<{ folder_id: string }>();
    const folders = new Set(roles.map(({ folder_id }) => folder_id));
    for (const owner of this.people) {
      const rows = new Map((await this.rows(owner)).map((row) => [row.id, row]));
      for (const row of rows.values()) {
        const way: Row[] = [];
        for (let at: Row | undefined = row; at; at = at.parent_id === null ? undefined : rows.get(at.parent_id))
          way.push(at);
        if (row.parent_id === null || way.some(({ state }) => state !== "live")) continue;
        const isOwn = owner === person;
        if (!isOwn && !way.slice(1).some(({ id }) => folders.has(id))) continue;
        const words = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/);
        readable.set(row.id, { name: words(row.name), text: words(this.texts.get(row.content_id ?? "") ?? "") });
      }
    }
    return readable;
  }

  /** The ids of all that a search finds, each once. */
  async found(person: Belongings, q: string): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const limit = 1 + Math.floor(7 * this.random.next());
      const page = await searchPage(person.account, q, { limit, ...(cursor !== undefined && { cursor }) });
      if (page.corrected.length > 0) return [];
      ids.push(...page.hits.map(({ node }) => node.id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return ids;
  }
}

type Words = { readonly name: string[]; readonly text: string[] };

/** Queries, and what each is to find. */
const QUERIES: readonly (readonly [q: string, isFound: (words: Words) => boolean])[] = [
  ["ember", ({ name, text }) => [...name, ...text].includes("ember")],
  ["lant", ({ text }) => text.includes("lantern")],
  ["ILLO", ({ name }) => name.includes("willow")],
  ["quartz pebble", ({ name, text }) => [...name, ...text].includes("quartz") && text.includes("pebble")],
  ['"zephyr willow"', ({ name }) => name.some((word, i) => word === "zephyr" && name[i + 1] === "willow")],
  ["ember -monsoon", ({ name, text }) => [...name, ...text].includes("ember") && !text.includes("monsoon")],
  ["type:txt quartz", ({ name, text }) => name.includes("txt") && [...name, ...text].includes("quartz")],
  ["nowhere", () => false],
];

async function expectExact(world: World, when: string): Promise<void> {
  for (const [who, person] of world.people.entries()) {
    const readable = await world.readable(person);
    for (const [q, isFound] of QUERIES) {
      const expected = [...readable].filter(([, words]) => isFound(words)).map(([id]) => id);
      expect([when, who, q, (await world.found(person, q)).toSorted()]).toEqual([when, who, q, expected.toSorted()]);
    }
  }
}

async function expectSound(world: World, when: string): Promise<void> {
  const person = world.random.pick(world.people);
  const readable = await world.readable(person);
  const [q] = world.random.pick(QUERIES);
  const found = await world.found(person, q);
  expect([when, q, found.filter((id) => !readable.has(id))]).toEqual([when, q, []]);
}

for (const seed of [1, 2, 3]) {
  it(`[F1] [X1] after any history, whatever became of messages, all and only what one may read is found (seed ${seed})`, async () => {
    const world = new World(seed);
    await world.begin();
    for (let step = 1; step <= STEPS; step++) {
      await world.step();
      const when = `seed ${seed}, step ${step}`;
      await expectSound(world, when);
      if (step % CHECK_EVERY > 0) continue;
      await world.catchUp();
      await expectExact(world, when);
    }
  }, 180_000);
}
