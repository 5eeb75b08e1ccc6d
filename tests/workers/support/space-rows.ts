import { newId } from "../../../protocol/new-id.ts";
import type { Belongings } from "./belongings.ts";
import { ROWS, type RowRequest } from "./route-rows.ts";
import type { SpaceRole } from "./shared-folder.ts";

/** What each is answered below a shared folder: `status`, or `status code` where it is a problem. */
export interface SpaceRow extends Readonly<Record<SpaceRole, string>> {
  /** What an editor is answered who names what is the owner's and not in the folder; null where the route names nothing. */
  readonly outside: string | null;
  /** Made as one who may, or as the owner at home for `outside`. Absent: as for the route of the home space. */
  readonly request?: (maker: Belongings) => Promise<RowRequest> | RowRequest;
}

const NOT_FOUND = "404 not_found";
const FORBIDDEN = "403 forbidden";

/** For all who have the folder (M2). */
const reads = (outside: string | null = NOT_FOUND, status = "200", request?: SpaceRow["request"]): SpaceRow => ({
  stranger: NOT_FOUND,
  viewer: status,
  editor: status,
  manager: status,
  owner: status,
  outside,
  ...(request && { request }),
});

/** For editors and whom they stand before (M2). */
const writes = (status: string, outside: string | null = NOT_FOUND, request?: SpaceRow["request"]): SpaceRow => ({
  ...reads(outside, status, request),
  viewer: FORBIDDEN,
});

/** For managers and the owner (M2). */
const purges = (status: string, outside: string | null, request?: SpaceRow["request"]): SpaceRow => ({
  ...writes(status, outside, request),
  editor: FORBIDDEN,
});

const commitOf = (operation: object): RowRequest => ({ json: { operationId: newId(), operations: [operation] } });

/** By the route's own part of its key, behind `/spaces/{space}`. */
export const SPACE_ROWS: Readonly<Record<string, SpaceRow>> = {
  "GET /nodes": reads(),
  "GET /nodes/{nodeId}": reads(),
  "POST /folders": writes("201", "404 parent_not_found"),
  "GET /folders/{folderId}/children": reads(),
  "GET /folders/{folderId}/summary": reads(),
  "POST /folders/children": reads(),
  "GET /files/{fileId}": reads(),
  "HEAD /files/{fileId}": { ...reads("404"), stranger: "404" },
  "GET /files/{fileId}/thumbnail": reads(NOT_FOUND, "404 no_thumbnail"),
  // For the owner alone, of whatever file.
  "PUT /files/{fileId}/thumbnail": { ...writes("200", FORBIDDEN), editor: FORBIDDEN, manager: FORBIDDEN },
  "POST /files/thumbnails": reads("200"),
  "POST /files/contents": reads(),
  "GET /zip": reads(),
  "POST /zip": reads(),
  "PATCH /files/{fileId}": writes("200"),
  "POST /files/{fileId}/copy": writes("201"),
  "DELETE /files/{fileId}": writes("200"),
  "POST /files/{fileId}/restore": writes("200"),
  "GET /files/{fileId}/versions": reads(),
  "POST /files/{fileId}/versions/{version}/restore": writes("200"),
  "GET /files/{fileId}/manifest": reads(),
  "GET /files/{fileId}/activity": reads(NOT_FOUND, "200", async (maker) => ({
    path: { fileId: (await maker.file()).id },
  })),
  "GET /activity": reads(null, "200", () => ({})),
  "GET /trash": reads(null),
  "DELETE /trash": purges("200", null),
  "POST /commits": writes("200", "200 parent_not_found"),
  "GET /sync/changes": reads(null),
  "POST /uploads": writes("200", NOT_FOUND, async (maker) => ({
    json: { chunks: [], from: [(await maker.file()).id] },
  })),
  "GET /uploads/{id}": writes("200", "404 upload_not_found"),
  "DELETE /uploads/{id}": writes("204", "404 upload_not_found"),
  "POST /uploads/{id}/packs": writes("200", "404 upload_not_found"),
  "POST /files/upload": writes("200", "404 parent_not_found"),
  "PUT /files/{fileId}/chunks/{chunkId}": writes("200", "404 upload_not_found"),
  "POST /files/{fileId}/complete": writes("200", "404 upload_not_found"),
  "POST /chunks": writes("200", null),
  "POST /chunks/contents": reads(NOT_FOUND, "200", async (maker) => {
    const { id } = await maker.file();
    const { chunks } = await maker.send<{ chunks: { id: string }[] }>("GET", `/files/${id}/manifest`);
    return { json: { chunks: chunks.map((chunk) => chunk.id), files: [id] } };
  }),
};

/** Requests that a route's own row does not make: each is answered as the row says. */
export const MORE_SPACE_ROWS: Readonly<Record<string, SpaceRow & { readonly key: string }>> = {
  "a purge of what is live": {
    key: "DELETE /files/{fileId}",
    ...purges("200", FORBIDDEN, async (maker) => ({
      path: { fileId: (await maker.file()).id },
      query: { permanent: "true" },
    })),
  },
  "a purge in a commit": {
    key: "POST /commits",
    ...purges("200", FORBIDDEN, async (maker) => commitOf({ type: "purge", node: (await maker.trashedFolder()).id })),
  },
  "a move in a commit": {
    key: "POST /commits",
    ...writes("200", "200 not_found", async (maker) =>
      commitOf({ type: "move", node: (await maker.file()).id, name: newId() }),
    ),
  },
  "a move to another folder": {
    key: "PATCH /files/{fileId}",
    ...writes("200", NOT_FOUND, async (maker) => ({
      path: { fileId: (await maker.file()).id },
      json: { parent: (await maker.folder()).id },
    })),
  },
  "a trashing in a commit": {
    key: "POST /commits",
    ...writes("200", "200 not_found", async (maker) => commitOf({ type: "trash", node: (await maker.file()).id })),
  },
  "an older version": {
    key: "GET /files/{fileId}",
    ...reads(NOT_FOUND, "200", async (maker) => ({
      path: { fileId: (await maker.fileOfTwoVersions()).id },
      query: { version: "1" },
    })),
  },
  "what is in the trash, by its id": {
    key: "GET /nodes/{nodeId}",
    ...reads(NOT_FOUND, "200", async (maker) => ({ path: { nodeId: (await maker.trashedFolder()).id } })),
  },
  "a folder as a zip": {
    key: "GET /zip",
    ...reads(NOT_FOUND, "200", async (maker) => ({ query: { id: (await maker.folder()).id } })),
  },
  "a new version by upload": {
    key: "POST /files/upload",
    ...writes("200", NOT_FOUND, async (maker) => ({
      json: { fileId: (await maker.file()).id, name: "x", size: 0, chunks: [] },
    })),
  },
};

/** The row of a route's request, with what it is asked. */
export function requestOf(key: string, row: SpaceRow): NonNullable<SpaceRow["request"]> {
  const request = row.request ?? ROWS[key]?.request;
  if (!request) throw new Error(`no row makes a request to ${key}`);
  return request;
}
