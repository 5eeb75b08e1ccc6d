import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { fileKind } from "../../../core/file-kind.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { DRAWN_KINDS, DRAWN_REASONS } from "../../../protocol/drawn-thumbnails.ts";
import { GIVEN_THUMBNAIL_TYPES, ThumbnailInfo, type NoThumbnailReason } from "../../../protocol/thumbnails.ts";
import type { Node } from "../../../protocol/tree.ts";
import { storeGivenThumbnail } from "../../storage/given-thumbnails.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { readThumbnailOf, type VersionThumbnail } from "../../storage/thumbnails.ts";
import { redrawThumbnail } from "../../thumbnails/redraw-thumbnail.ts";
import { readBody } from "../body.ts";
import type { AppContext, Home } from "../context.ts";
import { json } from "../json-response.ts";
import { chargeGivenThumbnail } from "../middleware/attempt-limits.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, nodeIdOf, requireNode, VersionNumber } from "../node-ref.ts";
import { router } from "../router.ts";
import { infoOf, reasonOf } from "../thumbnail-info.ts";

/** A thumbnail may be so many bytes larger than the file it is of, for quota is charged for files only. */
const UNCHARGED_BYTES = 64 * 1024;

const picture = { schema: z.string().meta({ format: "binary" }) };

const give = createRoute({
  method: "put",
  path: "/files/{fileId}/thumbnail",
  tags: ["files"],
  summary: "Give the thumbnail of a version that the server cannot draw",
  description:
    `For the space's owner: a picture of at most ${LIMITS.givenThumbnailSide} pixels a side and ` +
    `${LIMITS.givenThumbnailBytes / 1024} KiB, which is decoded and encoded anew. Where the version has a thumbnail it ` +
    "stays, and is what is answered: sending it again changes nothing.",
  middleware: [requireScope("write")] as const,
  request: {
    params: FileParams,
    query: z.object({ version: VersionNumber }),
    body: { required: true, content: Object.fromEntries(GIVEN_THUMBNAIL_TYPES.map((type) => [type, picture])) },
  },
  responses: {
    200: json(ThumbnailInfo, "The thumbnail that the version has"),
    403: { description: "`forbidden`: not the space's owner" },
    404: { description: "`not_found`, also of the version" },
    409: { description: "`not_a_file`; `thumbnail_not_taken`, with the `reason` why there is none" },
    413: { description: "`body_too_large`" },
    415: { description: "`unsupported_media_type`" },
    422: { description: "`invalid_picture`, with the `reason`" },
    429: { description: "`rate_limited`" },
  },
});

export const givenThumbnailRoutes = router();

givenThumbnailRoutes.openapi(give, async (c) => {
  const { home, caller } = c.var;
  if (home.role !== "owner") throw new LedgeError("forbidden", "only the space's owner gives thumbnails");
  requirePictureType(c);
  const { version } = c.req.valid("query");
  const { node } = await requireNode(home, nodeIdOf(home, c.req.valid("param").fileId));
  if (node.type !== "file") throw new LedgeError("not_a_file");
  const found = await requireVersion(home, node, version);
  if (found.thumbnail?.state === "made") return c.json(shown(node, version, found), 200);
  requireDrawn(node, found);
  await chargeGivenThumbnail(c, caller.userId);
  const made = await redrawThumbnail(await readBody(c.req.raw, LIMITS.givenThumbnailBytes));
  if (made.bytes.length > found.size + UNCHARGED_BYTES) {
    throw new LedgeError("invalid_picture", "the thumbnail is much larger than the file", { reason: "over_bytes" });
  }
  const { PACKS, MASTER_KEYS } = c.env;
  const content = { ownerId: home.ownerId, contentId: found.contentId };
  await storeGivenThumbnail({ bucket: PACKS, keys: new PackKeys(MASTER_KEYS), shard: home.shard }, content, made);
  // Others may have been faster: what there is now is what counts.
  const after = await requireVersion(home, node, version);
  if (after.thumbnail?.state !== "made") throw notTaken(reasonOf(node.name, after.size, after.thumbnail));
  return c.json(shown(node, version, after), 200);
});

function requirePictureType(c: Context<AppContext>): void {
  const [type = ""] = (c.req.header("content-type") ?? "").split(";");
  const sent = type.trim().toLowerCase();
  if (!GIVEN_THUMBNAIL_TYPES.some((taken) => taken === sent))
    throw new LedgeError("unsupported_media_type", `this takes ${GIVEN_THUMBNAIL_TYPES.join(", ")}`);
}

async function requireVersion(home: Home, node: Node, version: number): Promise<VersionThumbnail> {
  const found = await readThumbnailOf(home.shard, home.spaceId, node.id, version, true);
  if (!found) throw new LedgeError("not_found", "the file has no such version");
  return found;
}

/** @throws LedgeError `thumbnail_not_taken` where the server is still to draw it, has given it up for good, or nobody draws it. */
function requireDrawn({ name }: Node, { size, thumbnail }: VersionThumbnail): void {
  const reason = reasonOf(name, size, thumbnail);
  if (size === 0 || !DRAWN_KINDS.has(fileKind(name)) || !DRAWN_REASONS.has(reason)) throw notTaken(reason);
}

function notTaken(reason: NoThumbnailReason): LedgeError {
  return new LedgeError("thumbnail_not_taken", undefined, { reason });
}

function shown({ id, name }: Node, version: number, { size, thumbnail }: VersionThumbnail): ThumbnailInfo {
  return infoOf({ id, name, version, size }, thumbnail);
}
