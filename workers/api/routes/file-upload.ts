import { createRoute, z } from "@hono/zod-openapi";
import { nameProblem } from "../../../core/names.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Operation } from "../../../protocol/tree.ts";
import { Node } from "../../../protocol/tree.ts";
import { FileUpload, FileUploadRequest } from "../../../protocol/upload.ts";
import { chunksOfManifestHex } from "../../storage/chunk-rows.ts";
import { findNode } from "../../storage/tree-reads.ts";
import { releaseReservation } from "../../storage/close-uploads.ts";
import {
  type FilePlan,
  openUpload,
  requireFileUpload,
  settledOperation,
  type UploadRow,
} from "../../storage/uploads.ts";
import { authorOf, commit, singleResult } from "../commit.ts";
import type { Home } from "../context.ts";
import { noteChunksOf, uploaderOf } from "../member-chunks.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";
import { uploadAnswer } from "./uploads.ts";

const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });

const begin = createRoute({
  method: "post",
  path: "/files/upload",
  tags: ["uploads"],
  summary: "Begin one file, or a new version of one",
  description:
    "Announces the file's chunks and reserves quota. Send what is `missing`, then complete. For a new version give " +
    "`fileId`; `name` and `parent` are ignored then. Sending it again with the same `id` answers the same upload, also " +
    "once it was completed, until it expires.",
  middleware: requireScope("write"),
  request: { body: { required: true, content: json(FileUploadRequest) } },
  responses: { 200: { description: "The upload is open", content: json(FileUpload) } },
});

const complete = createRoute({
  method: "post",
  path: "/files/{fileId}/complete",
  tags: ["uploads"],
  summary: "Commit a file whose chunks have all been sent",
  description: "Sending it again answers the node that the first one made, until the upload expires.",
  middleware: requireScope("write"),
  request: {
    params: z.object({ fileId: Id }),
    body: { required: false, content: json(z.object({ upload: Id.optional() })) },
  },
  responses: { 200: { description: "The file as it is now", content: json(Node) } },
});

/** What `complete` will commit, but for what the upload's row has: the chunk list and the node. */
type Intent = Pick<FileUploadRequest, "executable"> & { mtime: number } & (
    | (Pick<FileUploadRequest, "onConflict" | "name"> & { type: "createFile"; parent: string })
    | { type: "updateFile"; baseVersion: number }
  );

export const fileUploadRoutes = router()
  .openapi(begin, async (c) => {
    const request = c.req.valid("json");
    const { home, caller } = c.var;
    if (request.chunks.reduce((sum, chunk) => sum + chunk.size, 0) !== request.size) {
      throw new LedgeError("content_mismatch", "the chunks' sizes do not add up to the file's");
    }
    const file: FilePlan = {
      asked: askedFor(request),
      settle: async () => ({
        nodeId: request.fileId ?? newId(),
        operation: JSON.stringify(await planIntent(home, request)),
      }),
    };
    const { id, chunks, fileId, from = [] } = request;
    const now = Date.now();
    const uploader = uploaderOf(home, caller);
    await noteChunksOf(home, uploader, fileId === undefined ? from : [fileId, ...from], chunks, now);
    const { row, missing } = await openUpload(
      home.shard,
      { ...uploader, spaceId: home.spaceId, id, chunks, file },
      now,
    );
    if (row.node_id === null) throw new Error("a file's upload has a node");
    return c.json({ ...uploadAnswer(row, missing), fileId: row.node_id }, 200);
  })
  .openapi(complete, async (c) => {
    const { fileId } = c.req.valid("param");
    const { home, caller } = c.var;
    const upload = c.req.valid("json")?.upload;
    const row = await requireFileUpload(home.shard, uploaderOf(home, caller), fileId, upload, Date.now());
    const request = { operationId: row.id, operations: [operationOf(row, fileId)], upload: row.id, closeUpload: false };
    const node = singleResult(await commit(c.env, home, request, authorOf(caller)));
    if (row.reserved > 0) await releaseReservation(home.shard, row);
    return c.json(node, 200);
  });

/** What the client asks for, in so far as it matters: tells a request that is sent again from another one (I5). */
function askedFor({ fileId, name, parent, executable, mtime, onConflict, baseVersion }: FileUploadRequest): string {
  return JSON.stringify(
    fileId === undefined ? { name, parent, executable, mtime, onConflict } : { fileId, executable, mtime, baseVersion },
  );
}

/** Refuses early what the commit would refuse after all bytes were sent. */
async function planIntent(home: Home, request: FileUploadRequest): Promise<Intent> {
  const { executable, name, onConflict } = request;
  // Settled here, once: the upload's own times change when it is opened again.
  const mtime = request.mtime ?? Date.now();
  if (request.fileId === undefined) {
    const problem = nameProblem(name);
    if (problem !== null) throw new LedgeError("invalid_name", problem);
    const parent = request.parent ?? home.rootId;
    const found = await findNode(home, parent);
    if (found?.reach !== "live") throw new LedgeError("parent_not_found");
    if (found.node.type !== "folder") throw new LedgeError("not_a_folder");
    return { type: "createFile", parent, name, executable, mtime, onConflict };
  }
  const found = await findNode(home, request.fileId);
  if (!found) throw new LedgeError("not_found");
  if (found.node.type !== "file") throw new LedgeError("not_a_file");
  return { type: "updateFile", baseVersion: request.baseVersion ?? found.node.version, executable, mtime };
}

/** The same at every call, so that the commit's replay recognizes it (I5). */
function operationOf(row: UploadRow, fileId: string): Operation {
  const operation = settledOperation(row);
  if (operation === null) throw new LedgeError("upload_not_found");
  const intent = JSON.parse(operation) as Intent;
  const chunks = chunksOfManifestHex(row.manifest);
  return intent.type === "createFile" ? { ...intent, id: fileId, chunks } : { ...intent, node: fileId, chunks };
}
