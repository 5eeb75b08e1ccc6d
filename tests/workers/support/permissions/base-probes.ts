import { newId } from "../../../../protocol/new-id.ts";
import type { ActivityPage } from "../../../../protocol/activity.ts";
import type { CommitResponse, NodePage } from "../../../../protocol/tree.ts";
import type { Upload } from "../../../../protocol/upload.ts";
import type { Base, User } from "./shapes.ts";
import { bodiesIn, NEVER, newest, Probing, same } from "./probing.ts";

/** Asks the routes of a base that are about many nodes at once. */
export class BaseProbes extends Probing {
  /** Routes that name in their answer which of many ids are not there: of all that ever were. */
  async partitions(user: User, base: Base): Promise<void> {
    const all = [...this.model.nodes.values()];
    const ids = all.map(({ id }) => id);
    const files = all.filter(({ type }) => type === "file").map(({ id }) => id);
    const folders = all.filter(({ type }) => type === "folder").map(({ id }) => id);
    const absent = (of: readonly string[]) => [...of, NEVER].filter((id) => !this.model.reads(user, base, id));
    const asked = [
      ["/zip", { ids: [...ids, NEVER] }, absent(ids)],
      ["/folders/children", { folders: [...folders, NEVER] }, absent(folders)],
      ["/files/contents", { files: [...files, NEVER].map((id) => ({ id })) }, absent(files)],
    ] as const;
    for (const [path, json, expected] of asked) {
      const answer = await this.expect(user, base, "POST", path, "404 not_found", { json });
      same(answer.ids, expected, `${user} ${path} of ${base ?? "home"}`);
    }
    if (base === null) return;
    const isMember = this.model.ownerOf(user, base) !== user;
    const chunks = this.world
      .bodies()
      .slice(0, 1)
      .map((body) => this.world.chunk(body));
    const role = this.model.roleIn(user, base);
    const some = [...this.world.random.some(files, 0.3).slice(0, 20), NEVER];
    if (isMember && role !== "viewer") {
      const answer = await this.expect(user, base, "POST", "/uploads", "404 not_found", {
        json: { chunks, from: some },
      });
      same(
        answer.ids,
        some.filter((id) => !this.model.reads(user, base, id)),
        `${user} uploads from`,
      );
    }
  }

  async listings(user: User, base: Base): Promise<void> {
    const top = base ?? this.model.rootOf(user);
    const readable = this.model.readable(user, base);
    const folders = readable.filter(({ type }) => type === "folder");
    const listed = await this.expect(user, base, "POST", "/folders/children", "200", {
      json: { folders: folders.map(({ id }) => id) },
    });
    const children = folders.flatMap(({ id }) => this.model.children(id)).map(({ id }) => id);
    same(
      listed.json<NodePage>().nodes.map(({ id }) => id),
      children,
      `${user}'s listing of ${base ?? "home"}`,
    );
    const trash = (await this.expect(user, base, "GET", "/trash", "200")).json<NodePage>().nodes.map(({ id }) => id);
    const trashed = readable.filter(({ state }) => state === "trashed").map(({ id }) => id);
    const atLeast = base === null ? trashed : trashed.filter((id) => this.model.shares.get(base)?.trashed.has(id));
    const wrong = [...trash.filter((id) => !trashed.includes(id)), ...atLeast.filter((id) => !trash.includes(id))];
    if (wrong.length > 0) throw new Error(`${user}'s trash of ${base ?? "home"} has, or has not, ${wrong.join()}`);
    const { activities } = (await this.expect(user, base, "GET", "/activity", "200")).json<ActivityPage>();
    const others = activities.filter(
      ({ node }) => !this.model.nodes.has(node) || !(base === null || this.model.reads(user, base, node)),
    );
    if (others.length > 0) throw new Error(`${user} is told of ${JSON.stringify(others[0])} in ${top}`);
  }

  /** Bytes of several files: in an archive, as frames, by their chunks, and what of them need not be sent. */
  async bytes(user: User, base: Base): Promise<void> {
    const { random } = this.world;
    const readable = this.model.readable(user, base);
    const live = readable.filter(({ id }) => this.model.standing(id) === "live");
    const picked = random.some(live, 0.2).slice(0, 5);
    if (picked.length > 0) {
      const zip = await this.expect(user, base, "POST", "/zip", "200", { json: { ids: picked.map(({ id }) => id) } });
      const below = picked.flatMap((node) => (node.type === "file" ? [node] : this.model.below(node.id)));
      same(bodiesIn(zip), newest(below), `${user}'s zip of ${picked.map(({ id }) => id).join()}`);
    }
    const files = random
      .some(
        readable.filter(({ type }) => type === "file"),
        0.3,
      )
      .slice(0, 20);
    if (files.length > 0) {
      const contents = await this.expect(user, base, "POST", "/files/contents", "200", {
        json: { files: files.map(({ id }) => ({ id })) },
      });
      same(bodiesIn(contents), newest(files), `${user}'s contents`);
    }
    const named = files.map(({ id }) => id);
    const owner = this.model.ownerOf(user, base);
    const held = this.world.bodies();
    const sent = (body: string) => this.model.mayName(user, base, body, null);
    const mine = (body: string) => sent(body) || (owner !== user && files.some(({ bodies }) => bodies.includes(body)));
    const asked = random.some(held, 0.3).slice(0, 50);
    if (asked.length > 0) {
      const chunks = asked.map((body) => this.world.chunk(body).id);
      const absent = asked.filter((body) => !mine(body)).map((body) => this.world.chunk(body).id);
      const json = { chunks, files: named };
      const known = asked.filter(sent);
      const answer = await this.expect(
        user,
        base,
        "POST",
        "/chunks/contents",
        absent.length > 0 ? "404 not_found" : "200",
        { json, known },
      );
      same(answer.ids, absent, `${user}'s chunks of ${base ?? "home"}`);
    }
    const role = this.model.roleIn(user, base);
    if (role === "viewer" || asked.length === 0) return;
    await this.#missing(user, base, asked, [], sent);
    const unsent = held.filter((body) => !sent(body));
    if (unsent.length > 0) await this.#unsent(user, base, random.pick(unsent));
    if (random.chance(0.3)) {
      await this.#missing(user, base, asked, named, mine);
      // What is in files that were named is known to have been sent (M6).
      if (owner !== user) this.model.noteSent(user, base, asked.filter(mine));
    }
  }

  /** A file of bytes that the owner may hold, but the user has not sent. */
  async #unsent(user: User, base: Base, body: string): Promise<void> {
    const parent = base ?? this.model.rootOf(user);
    const operation = { type: "createFile", parent, name: "Mine", chunks: [this.world.chunk(body)], mtime: 1 };
    const json = { operationId: newId(), operations: [operation] };
    const answer = await this.expect(user, base, "POST", "/commits", "200", { json });
    const codes = answer.json<CommitResponse>().results.map((result) => (result.ok ? "ok" : result.code));
    same(codes, ["chunks_missing"], `${user}'s file of ${body}`);
  }

  async #missing(
    user: User,
    base: Base,
    asked: readonly string[],
    from: readonly string[],
    isKnown: (body: string) => boolean,
  ): Promise<void> {
    const chunks = asked.map((body) => this.world.chunk(body));
    const answer = await this.expect(user, base, "POST", "/uploads", "200", { json: { chunks, from } });
    const { upload, missing } = answer.json<Upload>();
    const expected = asked.filter((body) => !isKnown(body)).map((body) => this.world.chunk(body).id);
    same(missing, expected, `what ${user} is to send to ${base ?? "home"}, from ${from.join()}`);
    if (missing.length > 0) await this.expect(user, base, "DELETE", `/uploads/${upload}`, "204");
  }
}
