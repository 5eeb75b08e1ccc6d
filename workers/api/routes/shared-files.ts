import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { mediaType, safeInline } from "../../../core/media-type.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { Name, type Node } from "../../../protocol/tree.ts";
import { readContent } from "../../storage/contents.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { reachShared } from "../../storage/shared-reads.ts";
import type { SelectedNode } from "../../storage/tree-walk.ts";
import type { AppContext } from "../context.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { noSuchLink, requireReached, requireShare } from "../middleware/guest.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { VersionQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { DownloadCharge } from "../share/download-charge.ts";
import { sendContent } from "./download.ts";
import { security, ShareParams, tags } from "./shared-route.ts";
import { SELECTION_BYTES, sendSelection } from "./zip.ts";

const FILE_CONTENT = { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } };
const ARCHIVE = { "application/zip": { schema: z.string().meta({ format: "binary" }) } };

const download = createRoute({
  method: "get",
  path: "/shared/{token}/files/{fileId}",
  tags,
  security,
  summary: "Download or show a shared file, or parts of it",
  description:
    "As `GET /files/{fileId}`, for what the link reaches. A link that only shows answers `inline`, and only types that a " +
    "browser shows without running anything. Where the link has a cap, each answer with bytes counts as a download, but for " +
    "what an interrupted one still lacks: its first answer sets a cookie, and ranges that do not begin with the file are free.",
  middleware: [requireShare("see")] as const,
  request: {
    params: ShareParams.extend({ fileId: Id }),
    query: z.object({
      version: VersionQuery.meta({
        description: "The newest version's number: such an address may be kept. Others are `not_found`.",
      }),
      disposition: z.enum(["attachment", "inline"]).optional().meta({
        description:
          "Absent: `attachment`, or `inline` where the link only shows. `inline` is followed for safe types only.",
      }),
    }),
  },
  responses: {
    200: { description: "The whole file", content: FILE_CONTENT },
    206: { description: "One range, or several as multipart/byteranges", content: FILE_CONTENT },
    304: { description: "The client has this content" },
    401: { description: "`password_required`" },
    403: { description: "`forbidden`: the link only shows, and this cannot be shown" },
    404: { description: "`not_found`: also where no download is left" },
    409: { description: "`not_a_file`: folders are downloaded from /shared/{token}/zip" },
    412: { description: "`precondition_failed`" },
    416: { description: "`range_not_satisfiable`" },
  },
});

const zipResponses = {
  200: { description: "The archive", content: ARCHIVE },
  401: { description: "`password_required`" },
  403: { description: "`forbidden`: the link only shows" },
  404: { description: "`not_found`: also where no download is left, and where the link does not reach one of the ids" },
};
const Ids = z.array(Id).min(1).max(LIMITS.zipSelection);
/** As forms have them: one is not a list. */
const RepeatedIds = z.preprocess((value) => (Array.isArray(value) ? value : [value]), Ids);
const ArchiveName = Name.optional().meta({ description: "The archive's name without `.zip`" });

const getZip = createRoute({
  method: "get",
  path: "/shared/{token}/zip",
  tags,
  security,
  summary: "Download shared files and folders as one zip",
  description: "As `GET /zip`. One download, whatever is in it.",
  middleware: [requireShare("save")] as const,
  request: {
    params: ShareParams,
    query: z.object({
      id: z
        .preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), Ids.optional())
        .meta({ description: "May be repeated; absent: all that the link opens" }),
      name: ArchiveName,
    }),
  },
  responses: zipResponses,
});

const postZip = createRoute({
  method: "post",
  path: "/shared/{token}/zip",
  tags,
  security,
  summary: "Download shared files and folders as one zip, for selections that no address holds",
  middleware: [refuseOtherOrigins(), requireShare("save"), limitBody(SELECTION_BYTES)] as const,
  request: {
    params: ShareParams,
    // Not `required`: that would ask for both.
    body: {
      description: "Required, as either. A page's form makes the browser itself download, with its own progress.",
      content: {
        "application/json": { schema: z.object({ ids: Ids, name: ArchiveName }) },
        "application/x-www-form-urlencoded": { schema: z.object({ ids: RepeatedIds, name: ArchiveName }) },
      },
    },
  },
  responses: zipResponses,
});

export const sharedFileRoutes = router();

sharedFileRoutes.openapi(download, async (c) => {
  const { share } = c.var;
  const { link, shard, may } = share;
  const { version, disposition = may.save ? "attachment" : "inline" } = c.req.valid("query");
  const { node } = await requireReached(share, c.req.valid("param").fileId);
  if (node.type === "folder") throw new LedgeError("not_a_file", "a folder is downloaded as a zip");
  if (version !== undefined && version !== node.version) throw new LedgeError("not_found", "only the newest is shared");
  if (!may.save && (disposition === "attachment" || !safeInline(mediaType(node.name))))
    throw new LedgeError("forbidden", "this link only shows, and this cannot be shown in place");
  const content = await readContent(shard, link.space_id, node.id, node.version);
  if (!content) throw noSuchLink();
  const source = { shard, ownerId: content.ownerId, packs: c.env.PACKS, keys: new PackKeys(c.env.MASTER_KEYS) };
  const charge = new DownloadCharge(c, node, disposition === "inline");
  await charge.check();
  return charge.around(() =>
    sendContent(c, source, content, {
      disposition,
      isFixed: version !== undefined,
      beforeBytes: (ranges) => charge.charge(ranges),
      meter: (pieces) => charge.meter(pieces),
    }),
  );
});

// Hono answers HEAD by GET's handler; what is registered here only describes it.
const { middleware: _middleware, ...described } = download;
sharedFileRoutes.openAPIRegistry.registerPath({ ...described, method: "head", summary: "A shared file's headers" });

sharedFileRoutes.openapi(getZip, (c) => {
  const { id, name } = c.req.valid("query");
  return sendZip(c, id ?? [c.var.share.link.node_id], name);
});

sharedFileRoutes.openapi(postZip, (c) => {
  // What was not sent is empty.
  const asked: Partial<{ ids: string[]; name: string | undefined }> = {
    ...c.req.valid("json"),
    ...c.req.valid("form"),
  };
  if (!asked.ids) throw new LedgeError("invalid_request", "a body that names the ids is needed");
  return sendZip(c, asked.ids, asked.name);
});

async function sendZip(c: Context<AppContext>, refs: readonly string[], name: string | undefined): Promise<Response> {
  const { link, shard } = c.var.share;
  const ids = [...new Set(refs)];
  const reached = await reachShared(shard, link.space_id, link.node_id, ids);
  const selected = ids.flatMap((id) => {
    const found = reached.get(id)?.node;
    return found ? [selectedNode(found)] : [];
  });
  if (selected.length < ids.length) {
    const missing = ids.filter((id) => !reached.has(id));
    throw new LedgeError("not_found", `${missing.length} of the ids are not here`, { ids: missing });
  }
  const charge = new DownloadCharge(c, null);
  await charge.check();
  const place = { shard, spaceId: link.space_id, ownerId: link.owner_id };
  return charge.around(() => sendSelection(c, place, selected, { name, beforeBytes: () => charge.charge() }));
}

function selectedNode({ id, name, parent, type, content, size, mtime, executable }: Node): SelectedNode {
  return { node: { id, type, contentId: content, size, mtime, executable }, name, isRoot: parent === null };
}
