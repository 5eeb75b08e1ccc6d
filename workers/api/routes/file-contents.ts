import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { FileVersionRef } from "../../../protocol/tree-reads.ts";
import { framesLength } from "../../storage/chunk-frames.ts";
import { contentFrames, weighContents, type ContentWeight } from "../../storage/file-contents.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { frameAnswer } from "../frame-answer.ts";
import { jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { requireNodes } from "../node-ref.ts";
import { router } from "../router.ts";

const contents = createRoute({
  method: "post",
  path: "/files/contents",
  tags: ["files"],
  summary: "Download many small files in one answer",
  description:
    "The answer is the files' chunks as frames, one after the other, in the order of the files and in file order: the " +
    "chunk's SHA-256 (32 bytes), its length (4 bytes, big endian), its bytes. A file's frames end where their lengths " +
    "add up to its size; an empty file has none. A chunk's bytes are checked before a byte of it is sent. All files " +
    "are answered or none is. A failure breaks the transfer off, short of `Content-Length`.",
  middleware: [requireScope("read")] as const,
  request: { body: jsonBody(z.object({ files: z.array(FileVersionRef).min(1).max(LIMITS.contentsFiles) })) },
  responses: {
    200: {
      description: "The files' chunks",
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
    404: { description: "`not_found`: names the ids in `ids`" },
    409: { description: "`not_a_file`: names the ids in `ids`" },
    422: { description: "`selection_too_large`: more than 16 MiB or 4,096 chunks" },
  },
});

export const fileContentsRoutes = router().openapi(contents, async (c) => {
  const { home } = c.var;
  const { files } = c.req.valid("json");
  const nodes = await requireNodes(
    home,
    files.map(({ id }) => id),
  );
  const folders = nodes.filter(({ type }) => type === "folder").map(({ id }) => id);
  if (folders.length > 0)
    throw new LedgeError("not_a_file", `${folders.length} of the ids are folders`, { ids: folders });
  const versions = nodes.map(({ id, version }, i) => ({ node: id, version: files[i]?.version ?? version }));
  const found = await weighContents(home.shard, home.spaceId, versions);
  const missing = versions.filter((_, i) => found[i] === undefined).map(({ node }) => node);
  if (missing.length > 0) {
    throw new LedgeError("not_found", `${missing.length} of the files have no such version`, { ids: missing });
  }
  const weights = found as ContentWeight[];
  const weight = weightOf(weights);
  if (weight.size > LIMITS.contentsBytes || weight.chunks > LIMITS.contentsChunks) {
    const { size: bytes, chunks } = weight;
    throw new LedgeError("selection_too_large", `the files have ${bytes} bytes in ${chunks} chunks`, { bytes, chunks });
  }
  const keys = new PackKeys(c.env.MASTER_KEYS);
  const source = { shard: home.shard, ownerId: home.ownerId, packs: c.env.PACKS, keys };
  return frameAnswer(contentFrames(source, weights), framesLength(weight));
});

function weightOf(weights: readonly ContentWeight[]): { size: number; chunks: number } {
  return {
    size: weights.reduce((sum, { size }) => sum + size, 0),
    chunks: weights.reduce((sum, { chunks }) => sum + chunks, 0),
  };
}
