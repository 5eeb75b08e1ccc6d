import type { ChunkRef } from "../../../../protocol/content.ts";
import { newId } from "../../../../protocol/new-id.ts";
import { encodePack, type Frame } from "../../../../protocol/pack-frame.ts";
import type { CommitResponse, Node, NodePage, OperationInput } from "../../../../protocol/tree.ts";
import type { Upload } from "../../../../protocol/upload.ts";
import { call, ORIGIN, randomAddress } from "../accounts.ts";
import type { Administrator } from "../administrator.ts";
import { frameOf } from "../belongings.ts";
import { sharer, sharerElsewhere } from "../people.ts";
import { answerOf, pathOf, wordsOf, type Answer } from "./answers.ts";
import { PermissionModel } from "./model.ts";
import type { Base, ModelLink, ModelOperation, User } from "./shapes.ts";
import { PermissionSockets } from "./sockets.ts";
import type { Random } from "./random.ts";

export interface Person {
  readonly user: User;
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly home: { readonly space: string; readonly root: string };
  token: string;
}

export interface Asked {
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes that may be told, wherever they are by now: those that the asker sent. */
  readonly known?: readonly string[];
}

/** All mtimes: a version is then what its bytes are. */
const MTIME = 1_700_000_000_000;

/**
 * Accounts of a real server, and a model of what each may do. Whatever they do goes to both, whose answers must agree, and no
 * answer may hold an id, a name or a byte of what the asker may not read.
 */
export class PermissionWorld {
  readonly model = new PermissionModel();
  readonly random: Random;
  readonly people = new Map<User, Person>();
  readonly sockets: PermissionSockets;
  readonly tokens = new Map<string, { readonly secret: string; readonly cookie: string }>();
  readonly #chunks = new Map<string, { readonly ref: ChunkRef; readonly frame: Frame }>();
  readonly #administrator: Administrator;
  /** What was done, for whoever reads of a failure. */
  readonly trace: string[] = [];
  #words = 0;

  private constructor(administrator: Administrator, random: Random) {
    this.#administrator = administrator;
    this.random = random;
    this.sockets = new PermissionSockets(this);
  }

  /** A, B on another shard, C, and D, with whom nobody shares anything. */
  static async make(administrator: Administrator, random: Random): Promise<PermissionWorld> {
    const world = new PermissionWorld(administrator, random);
    const a = await sharer();
    const made = [a, await sharerElsewhere(a), await sharer(), await sharer()];
    for (const [i, { id, email, account }] of made.entries()) {
      const user = "ABCD"[i] as string;
      const { password, home, token } = account;
      world.people.set(user, { user, id, email, password, home, token });
      world.model.add({ id: home.root, owner: user, type: "folder", parent: null, name: "", bodies: [] });
      await world.sockets.connect(user);
    }
    return world;
  }

  person(user: User): Person {
    const person = this.people.get(user);
    if (!person) throw new Error(`there is no ${user}`);
    return person;
  }

  /** A name, or what a file holds: one that nothing else has; `~` and `u` keep it apart from random ids, tokens and hashes. */
  word(kind: "nm" | "by"): string {
    return `${kind}~${++this.#words}~u`;
  }

  async body(word = this.word("by")): Promise<string> {
    if (!this.#chunks.has(word)) {
      const frame = await frameOf(new TextEncoder().encode(`${word} ${newId()} ${newId()}`) as Uint8Array<ArrayBuffer>);
      this.#chunks.set(word, { frame, ref: { id: frame.id, size: frame.bytes.length } });
    }
    return word;
  }

  bodies(): string[] {
    return [...this.#chunks.keys()];
  }

  chunk(word: string): ChunkRef {
    return this.#chunk(word).ref;
  }

  #chunk(word: string): { readonly ref: ChunkRef; readonly frame: Frame } {
    const chunk = this.#chunks.get(word);
    if (!chunk) throw new Error(`no bytes ${word}`);
    return chunk;
  }

  fetch(user: User, method: string, path: string, { json, bytes, headers = {} }: Asked = {}): Promise<Answer> {
    const { token } = this.person(user);
    const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
    const type = bytes ? "application/octet-stream" : "application/json";
    return answerOf(
      call(path, {
        method,
        headers: {
          "cf-connecting-ip": randomAddress(),
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { "content-type": type }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      }),
    );
  }

  /** Asks below a base, and holds the answer to what the asker may be told. */
  async ask(user: User, base: Base, method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const before = new Set([...this.#mayTell(user, base), ...(asked.known ?? [])]);
    const answer = await this.fetch(user, method, `${pathOf(base)}${path}`, asked);
    const sent = `${path} ${JSON.stringify(asked.json ?? "")}`;
    if (answer.status >= 500)
      throw new Error(`${user} ${method} ${pathOf(base)}${path}: ${answer.outcome} ${answer.text}`);
    this.refuseLeaks(`${user} ${method} ${pathOf(base)}${path}`, answer.text, before, sent);
    if (base !== null && this.model.ownerOf(user, base) !== user) {
      const { space, root } = this.person(this.model.ownerOf(user, base)).home;
      for (const secret of [space, root])
        if (answer.text.includes(secret) && !sent.includes(secret))
          throw new Error(`${user} ${path} tells the owner's home`);
    }
    return answer;
  }

  #mayTell(user: User, base: Base): ReadonlySet<string> {
    const { model } = this;
    const own = [...model.nodes.values()].filter(({ owner }) => owner === user);
    const folders = [...model.shares].flatMap(([id, { members, invited }]) =>
      members.has(user) || invited.has(user) ? [model.node(id)] : [],
    );
    const nodes = base === null ? [...own, ...folders] : model.readable(user, base);
    return wordsOf(nodes);
  }

  /** Throws where a text has an id or a word of a node that is none of these, and was not asked with. */
  refuseLeaks(what: string, text: string, allowed: ReadonlySet<string>, sent: string): void {
    for (const word of text.match(/\b(?:nm|by)~\d+~u|[0-9a-hjkmnp-tv-z]{26}/g) ?? []) {
      const isKnown = word.length === 26 ? this.model.nodes.has(word) : true;
      if (isKnown && !allowed.has(word) && !sent.includes(word))
        throw new Error(`${what} tells ${word}: ${text.slice(0, 2_000)}`);
    }
  }

  /** Sends a body's bytes for a base, where that is not done yet. */
  async upload(user: User, base: Base, body: string): Promise<void> {
    const { ref, frame } = this.#chunk(body);
    const opened = await this.ask(user, base, "POST", "/uploads", { json: { chunks: [ref] } });
    if (opened.status !== 200) throw new Error(`${user} cannot upload: ${opened.outcome}`);
    const { upload, missing } = opened.json<Upload>();
    if (missing.length > 0) {
      const bytes = encodePack([frame]);
      const sent = await this.ask(user, base, "POST", `/uploads/${upload}/packs`, { bytes });
      if (sent.status !== 200) throw new Error(`${user} cannot send: ${sent.outcome}`);
    }
    this.model.noteSent(user, base, [body]);
  }

  operation(operation: ModelOperation): OperationInput {
    if (operation.type === "createFile" || operation.type === "updateFile") {
      const { body, ...rest } = operation;
      const file = { ...rest, chunks: [this.chunk(body)], mtime: MTIME };
      return file.type === "createFile" ? { ...file, onConflict: "rename" } : file;
    }
    const renames = ["createFolder", "move", "copy", "restore"].includes(operation.type);
    return { ...operation, ...(renames && { onConflict: "rename" }) } as OperationInput;
  }

  /** What a commit of one operation is to be answered. */
  expected(user: User, base: Base, operation: ModelOperation): string {
    const role = this.model.roleIn(user, base);
    if (role === null) return this.model.suspended.has(user) ? "401 unauthenticated" : "404 not_found";
    if (role === "viewer" || (operation.type === "purge" && role === "editor")) return "403 forbidden";
    return this.model.problem(user, base, operation) ?? "ok";
  }

  /** Has both carry out an operation, and compares what they say. */
  async commit(user: User, base: Base, operation: ModelOperation): Promise<boolean> {
    const expected = this.expected(user, base, operation);
    this.trace.push(`${user} in ${base ?? "home"}: ${JSON.stringify(operation)} → ${expected}`);
    const ended = operation.type === "purge" && expected === "ok" ? this.model.shares.size : null;
    const answer = await this.ask(user, base, "POST", "/commits", {
      json: { operationId: newId(), operations: [this.operation(operation)] },
    });
    const [result] = answer.status === 200 ? answer.json<CommitResponse>().results : [];
    const outcome = result === undefined ? answer.outcome : result.ok ? "ok" : result.code;
    if (outcome !== expected) throw new Error(`a commit is answered ${outcome}, not ${expected}: ${answer.text}`);
    if (!result?.ok) return false;
    this.model.apply(user, base, operation, result.node.id);
    this.#compare(user, base, operation, result.node);
    if (operation.type === "copy") await this.#learnCopy(user, base, operation.node, result.node.id);
    if (ended !== null && this.model.shares.size < ended) await this.sockets.untilEnded();
    return true;
  }

  #compare(user: User, base: Base, operation: ModelOperation, node: Node): void {
    const known = this.model.node(node.id);
    if (node.state !== "purged" && !node.name.startsWith(known.name.split(/[ .]/)[0] as string))
      throw new Error(`${node.name} is answered for ${known.name}`);
    if (node.state !== "purged") known.name = node.name;
    const parent = node.id === base ? null : known.parent;
    const space = base ?? this.person(user).home.space;
    const is = [node.parent, node.state, node.space, node.state === "purged" ? 0 : node.version];
    const should = [parent, known.state, space, known.state === "purged" ? 0 : known.bodies.length];
    if (JSON.stringify(is) !== JSON.stringify(should))
      throw new Error(`${operation.type} answers ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
  }

  /** Copies below a copied folder get ids of the server's: found by their names, which a folder has once. */
  async #learnCopy(user: User, base: Base, source: string, copy: string): Promise<void> {
    if (this.model.node(source).type === "file") return;
    const { nodes } = (await this.ask(user, base, "GET", `/folders/${copy}/children?limit=1000`)).json<NodePage>();
    const originals = this.model.children(source).filter(({ id }) => id !== copy);
    if (nodes.length !== originals.length) throw new Error(`${nodes.length} copies of ${originals.length}`);
    for (const { id, name, type } of nodes) {
      const original = originals.find((each) => each.name === name);
      if (!original || original.type !== type) throw new Error(`${name} is a copy of nothing`);
      const body = original.bodies.at(-1);
      const owner = this.model.ownerOf(user, base);
      this.model.add({ id, owner, type, parent: copy, name, bodies: body === undefined ? [] : [body] });
      await this.#learnCopy(user, base, original.id, id);
    }
  }

  async suspend(user: User): Promise<void> {
    this.trace.push(`suspend ${user}`);
    await this.#administrator.suspend({ userId: this.person(user).id });
    this.model.suspended.add(user);
    await this.sockets.untilClosed(user);
  }

  async lift(user: User): Promise<void> {
    this.trace.push(`lift ${user}`);
    const { id, email, password } = this.person(user);
    await this.#administrator.lift({ userId: id });
    this.model.suspended.delete(user);
    const headers = { "cf-connecting-ip": randomAddress() };
    const signedIn = await call("/auth/sign-in/email", { method: "POST", headers, json: { email, password } });
    this.person(user).token = (await signedIn.json<{ token: string }>()).token;
    await this.sockets.connect(user);
  }

  /** A guest's request to a link; `isUnlocked`: with the cookie that its password gave. */
  async asGuest(link: ModelLink, isUnlocked: boolean, method: string, path: string, json?: unknown): Promise<Answer> {
    const known = this.tokens.get(link.id);
    if (!known) throw new Error("the link has no address");
    const headers = {
      "cf-connecting-ip": randomAddress(),
      origin: ORIGIN,
      ...(isUnlocked && { cookie: known.cookie }),
    };
    const init = { method, headers, ...(json !== undefined && { json }) };
    const answer = await answerOf(call(`/shared/${known.secret}${path}`, init));
    const isIn = this.model.isOpen(link) && (!link.hasPassword || isUnlocked);
    const shown = [...this.model.reached(link).map(({ id }) => id), link.node];
    const nodes = isIn ? shown.map((id) => this.model.node(id)) : [];
    this.refuseLeaks(
      `a guest of ${link.id} ${method} ${path}`,
      answer.text,
      wordsOf(nodes),
      path + JSON.stringify(json ?? ""),
    );
    return answer;
  }
}
