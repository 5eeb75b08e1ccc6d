import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { CommitResponse, OperationInput } from "../../protocol/tree.ts";
import { call } from "./support/accounts.ts";
import type { Belongings } from "./support/belongings.ts";
import { answerOf, requestTo } from "./support/matrix-request.ts";
import { readRoutes, type Route } from "./support/openapi-document.ts";
import { makeSharedFolder, SPACE_ROLES, type SharedFolder, type SpaceAsker } from "./support/shared-folder.ts";
import { MORE_SPACE_ROWS, requestOf, SPACE_ROWS, type SpaceRow } from "./support/space-rows.ts";

const PREFIX = "/spaces/{space}";
const { routes } = await readRoutes();
const below = new Map(
  routes.filter(({ path }) => path.startsWith(PREFIX)).map((route) => [route.key.replace(PREFIX, ""), route]),
);

let shared: SharedFolder;
beforeAll(async () => {
  shared = await makeSharedFolder();
});

describe("every route below a shared folder, by who asks and of what", () => {
  it("[M3] the table has a row for each route of the OpenAPI document, and no other", () => {
    expect(Object.keys(SPACE_ROWS).sort()).toEqual([...below.keys()].sort());
  });

  for (const [key, row] of Object.entries(SPACE_ROWS)) {
    it(`[M2] [M3] ${key}`, () => expectAnswers(key, row));
  }
  for (const [what, row] of Object.entries(MORE_SPACE_ROWS)) {
    it(`[M2] [M3] ${row.key}: ${what}`, () => expectAnswers(row.key, row));
  }
});

async function expectAnswers(key: string, row: SpaceRow): Promise<void> {
  const route = below.get(key);
  if (!route) throw new Error(`there is no route ${key}`);
  const request = requestOf(key, row);
  const answers: Record<string, string | null> = {};
  for (const role of SPACE_ROLES) {
    const asker = shared.as[role];
    // Who may not make things is asked about the owner's.
    const maker = role === "stranger" || role === "viewer" ? shared.as.owner : asker;
    answers[role] = await ask(route, asker, maker, request);
  }
  answers["outside"] = row.outside === null ? null : await ask(route, shared.as.editor, shared.owner, request);
  const { stranger, viewer, editor, manager, owner, outside } = row;
  expect(answers).toEqual({ stranger, viewer, editor, manager, owner, outside });
}

async function ask(
  route: Route,
  asker: SpaceAsker,
  maker: Belongings,
  request: NonNullable<SpaceRow["request"]>,
): Promise<string> {
  const made = await request(maker);
  const path = { ...made.path, space: shared.folder.id };
  const { address, init } = requestTo(route, { ...made, path }, asker.account.token);
  const response = await call(address, init);
  if (asker !== shared.as.owner) expectNothingFromAbove(await response.clone().text(), JSON.stringify(made));
  return answerOf(response);
}

/**
 * Neither as it is nor in a cursor: the owner's space, its root, and the folder that the shared one is in, but for what was in
 * the request.
 */
function expectNothingFromAbove(text: string, request: string): void {
  const { space, root } = shared.owner.account.home;
  const decoded = text.match(/[A-Za-z0-9_-]{16,}/g)?.map((word) => Buffer.from(word, "base64url").toString("latin1"));
  for (const secret of [space, root, shared.folder.parent ?? ""].filter((id) => !request.includes(id)))
    for (const told of [text, ...(decoded ?? [])]) expect(told).not.toContain(secret);
}

describe("what an editor does with what is the owner's elsewhere", () => {
  it("[M3] [M6] every operation on it, or into it, fails as on what never was, and changes nothing there", async () => {
    const { owner, as } = shared;
    const { root } = owner.account.home;
    const folder = await owner.folder();
    const file = await owner.fileOfTwoVersions();
    const trashed = await owner.trashedFolder();
    const inside = await as.editor.file();
    const gone = await as.editor.trashedFolder();
    const on = (node: string): OperationInput[] => [
      { type: "updateFile", node, baseVersion: 2, chunks: [], mtime: 1 },
      { type: "move", node, name: "Moved" },
      { type: "move", node, parent: shared.folder.id },
      { type: "copy", node, parent: shared.folder.id },
      { type: "trash", node },
      { type: "restore", node },
      { type: "restoreVersion", node, version: 1 },
    ];
    const into = (parent: string): OperationInput[] => [
      { type: "createFolder", parent, name: "New" },
      { type: "createFile", parent, name: "New", chunks: [], mtime: 1 },
      { type: "move", node: inside.id, parent },
      { type: "copy", node: inside.id, parent },
      { type: "restore", node: gone.id, parent },
    ];
    const codesOf = async (operations: OperationInput[]) => {
      const body = { operationId: newId(), operations };
      const { results } = await as.editor.send<CommitResponse>("POST", "/commits", body);
      return results.map((result) =>
        result.ok ? "ok" : [result.code, result.detail.replaceAll(/[0-9a-z]{26}/g, "·")],
      );
    };
    const before = await owner.send("GET", "/sync/changes?limit=1000");
    const never = [await codesOf(on(newId())), await codesOf(into(newId()))];
    for (const id of [folder.id, file.id, trashed.id, root, shared.folder.parent ?? ""])
      expect([await codesOf(on(id)), await codesOf(into(id))]).toEqual(never);
    expect(never.flat()).not.toContain("ok");
    expect(await owner.send("GET", "/sync/changes?limit=1000")).toEqual(before);
  });
});
