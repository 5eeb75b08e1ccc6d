import { newId } from "../../../../protocol/new-id.ts";
import type { FoundNode } from "../../../../protocol/tree-reads.ts";
import type { CommitResponse, Node, OperationInput, VersionPage } from "../../../../protocol/tree.ts";
import type { Base, ModelNode, User } from "./shapes.ts";
import { bodiesIn, newest, Probing, same } from "./probing.ts";

/** Asks the routes that are about one node. */
export class NodeProbes extends Probing {
  /** Every route that is about one node. */
  async check(user: User, base: Base, node: ModelNode): Promise<void> {
    const isThere = this.model.reads(user, base, node.id);
    const when = (status: string) => (isThere ? status : "404 not_found");
    const found = await this.expect(user, base, "GET", `/nodes/${node.id}`, when("200"));
    if (isThere) this.#isWhere(base, node, found.json<FoundNode>());
    const isFile = node.type === "file";
    const folders = when(isFile ? "409 not_a_folder" : "200");
    await this.expect(user, base, "GET", `/folders/${node.id}/children`, folders);
    await this.expect(user, base, "GET", `/folders/${node.id}/summary`, folders);
    await this.expect(user, base, "GET", `/files/${node.id}/activity`, when("200"));
    await this.expect(user, base, "GET", `/zip?id=${node.id}`, when("200"));
    const files = when(isFile ? "200" : "409 not_a_file");
    const body = await this.expect(user, base, "GET", `/files/${node.id}`, files);
    const range = await this.expect(user, base, "GET", `/files/${node.id}`, files === "200" ? "206" : files, {
      headers: { range: "bytes=0-9" },
    });
    const head = await this.world.ask(user, base, "HEAD", `/files/${node.id}`);
    if (String(head.status) !== files.slice(0, 3)) throw new Error(`HEAD ${node.id} as ${user}: ${head.status}`);
    await this.expect(user, base, "GET", `/files/${node.id}/manifest`, files);
    const old = Math.ceil(node.bodies.length * this.world.random.next()) || 1;
    const version = await this.expect(user, base, "GET", `/files/${node.id}?version=${old}`, files);
    const versions = await this.expect(user, base, "GET", `/files/${node.id}/versions`, files);
    if (files === "200") {
      same(bodiesIn(body), newest([node]), `${node.id}'s bytes`);
      if (!body.text.startsWith(range.text) || range.text.length !== 10) throw new Error(`the range is ${range.text}`);
      same(bodiesIn(version), [node.bodies[old - 1] as string], `version ${old} of ${node.id}`);
      same(
        versions.json<VersionPage>().versions.map((each) => String(each.version)),
        node.bodies.map((_, i) => String(i + 1)),
        "versions",
      );
    }
    await this.#byPath(user, base, node);
    if (base === null && !isThere) {
      for (const [method, path] of [
        ["PUT", "star"],
        ["GET", "storage"],
        ["POST", "share"],
      ] as const)
        await this.expect(
          user,
          null,
          method,
          `/${path === "star" ? "nodes" : "files"}/${node.id}/${path}`,
          "404 not_found",
          method === "POST" ? { json: {} } : {},
        );
    }
    if (!isThere || this.model.roleIn(user, base) === "viewer") await this.#refused(user, base, node, isThere);
  }

  /** Where it is told to be: the way begins at the base. */
  #isWhere(base: Base, node: ModelNode, { node: shown, ancestors, reach }: FoundNode): void {
    const chain = this.model.chain(node.id).map(({ id }) => id);
    const way = base === null ? chain : chain.slice(0, chain.indexOf(base) + 1);
    same(
      ancestors.map(({ id }) => id),
      way.slice(1),
      `what is above ${node.id}`,
    );
    const expected = [node.id === base ? null : node.parent, node.name, node.state, reach];
    const is = [shown.parent, shown.name, shown.state, this.model.standing(node.id)];
    if (JSON.stringify(is) !== JSON.stringify(expected))
      throw new Error(`${node.id} is ${JSON.stringify(is)}, not ${JSON.stringify(expected)}`);
  }

  /** By the path that it has from the base, or from its owner's home, whatever is there. */
  async #byPath(user: User, base: Base, node: ModelNode): Promise<void> {
    const names = this.model.chain(node.id).reverse();
    const from =
      base !== null && this.model.isIn(node.id, base) && this.world.random.chance(0.7)
        ? names.findIndex(({ id }) => id === base)
        : 0;
    const way = names.slice(from + 1).map(({ name }) => name);
    let at: ModelNode | undefined = this.model.node(base ?? this.model.rootOf(user));
    for (const name of way) at = at && this.model.children(at.id).find((each) => each.name === name);
    const answer = await this.expect(
      user,
      base,
      "GET",
      `/nodes?path=${encodeURIComponent(`/${way.join("/")}`)}`,
      at ? "200" : "404 not_found",
    );
    if (at && answer.json<{ node: Node }>().node.id !== at.id) throw new Error(`another node is at ${way.join("/")}`);
  }

  /** Every kind of operation on, and into, what the user may not change. */
  async #refused(user: User, base: Base, { id }: ModelNode, isThere: boolean): Promise<void> {
    const top = base ?? this.model.rootOf(user);
    const role = this.model.roleIn(user, base);
    const mayPurge = role === "owner" || role === "manager";
    const operations: OperationInput[] = [
      { type: "updateFile", node: id, baseVersion: 1, chunks: [], mtime: 1 },
      { type: "move", node: id, name: "Mine" },
      { type: "move", node: id, parent: top },
      { type: "copy", node: id, parent: top },
      { type: "trash", node: id },
      { type: "restore", node: id },
      { type: "restoreVersion", node: id, version: 1 },
      ...(mayPurge ? [{ type: "purge" as const, node: id }] : []),
      { type: "createFolder", parent: id, name: "Mine" },
      { type: "createFile", parent: id, name: "Mine", chunks: [], mtime: 1 },
    ];
    const answer = await this.world.ask(user, base, "POST", "/commits", {
      json: { operationId: newId(), operations },
    });
    if (role === "viewer") return same([answer.outcome], ["403 forbidden"], `${user}'s commit`);
    if (isThere) return;
    const codes = answer.json<CommitResponse>().results.map((result) => (result.ok ? "ok" : result.code));
    same(
      codes,
      [...codes.slice(0, -2).map(() => "not_found"), "parent_not_found", "parent_not_found"],
      `${user}'s commit on ${id}`,
    );
    const version = { json: { fileId: id, name: "x", size: 0, chunks: [] } };
    await this.expect(user, base, "POST", "/files/upload", "404 not_found", version);
  }
}
