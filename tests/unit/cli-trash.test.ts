import { expect, it } from "vitest";
import { findTrashed } from "../../cli/find-trashed.ts";
import { trashedName, trashNote, TrashPaths } from "../../cli/trash-paths.ts";
import type { Api } from "../../client/api.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";

function trashed(parent: string, name: string, type: Node["type"] = "file"): Node {
  return { id: newId(), parent, name, type, state: "trashed" } as Node;
}

/** Knows the paths of some folders. */
class FakeServer {
  readonly asked: string[] = [];
  readonly folders: Readonly<Record<string, string>>;
  readonly nodes: readonly Node[];

  constructor(folders: Readonly<Record<string, string>>, nodes: readonly Node[] = []) {
    this.folders = folders;
    this.nodes = nodes;
  }

  get api(): Pick<Api, "trash" | "node"> {
    const nodes = this.nodes;
    return {
      node: (id) => {
        this.asked.push(id);
        const path = this.folders[id];
        if (path === undefined) return Promise.reject(new LedgeError("not_found"));
        return Promise.resolve({ path, node: { id } as Node, reach: "live", ancestors: [], changesCursor: "" });
      },
      trash: async function* () {
        yield* nodes;
      },
    };
  }
}

it("shows where things in the trash were, asking once for each folder", async () => {
  const server = new FakeServer({ root: "/", deep: "/a/b" });
  const paths = new TrashPaths(server.api);
  const nodes = [trashed("root", "f"), trashed("deep", "g", "folder"), trashed("deep", "h"), trashed("gone", "i")];
  const shown = await Promise.all(nodes.map(async (node) => trashedName(node, await paths.of(node))));
  expect(shown).toEqual(["/f", "/a/b/g/", "/a/b/h", "…/i"]);
  expect(server.asked).toEqual(["root", "deep", "gone"]);
});

it("asks for a bounded number of folders", async () => {
  const server = new FakeServer({});
  const paths = new TrashPaths(server.api);
  for (let i = 0; i < 600; i++) await paths.of(trashed(`folder ${i}`, "f"));
  expect(server.asked.length).toBe(500);
});

it("finds things in the trash by id, name and old path", async () => {
  const [one, two, other] = [trashed("a", "f"), trashed("b", "f"), trashed("b", "other")];
  const { api } = new FakeServer({ a: "/a", b: "/b" }, [one, two, other]);
  expect(await findTrashed(api, two.id)).toBe(two);
  expect(await findTrashed(api, "other")).toBe(other);
  expect(await findTrashed(api, "/b/f")).toBe(two);
  expect(await findTrashed(api, "/a/f/")).toBe(one);
  expect(await findTrashed(api, "a/f")).toBe(one);
  await expect(findTrashed(api, "f")).rejects.toThrow(`say which id of ${one.id}, ${two.id}`);
  await expect(findTrashed(api, "/b/a")).rejects.toMatchObject({ code: "not_found" });
});

it("says how to bring back what was put in the trash", () => {
  expect(trashNote([{ id: "1", name: "f" }])).toBe('f is in the trash: "ledge restore 1" brings it back');
  expect(trashNote([1, 2].map((id) => ({ id: String(id), name: "f" })))).toContain("2 items are in the trash");
});
