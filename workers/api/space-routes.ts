import { router } from "./router.ts";
import { activityRoutes } from "./routes/activity.ts";
import { changeRoutes } from "./routes/changes.ts";
import { chunkContentsRoutes } from "./routes/chunk-contents.ts";
import { chunkPackRoutes } from "./routes/chunk-packs.ts";
import { chunkRoutes } from "./routes/chunks.ts";
import { commitRoutes } from "./routes/commits.ts";
import { downloadRoutes } from "./routes/download.ts";
import { fileContentsRoutes } from "./routes/file-contents.ts";
import { fileUploadRoutes } from "./routes/file-upload.ts";
import { fileTreeRoutes } from "./routes/files-tree.ts";
import { folderSummaryRoutes } from "./routes/folder-summary.ts";
import { folderRoutes } from "./routes/folders.ts";
import { givenThumbnailRoutes } from "./routes/given-thumbnails.ts";
import { nodeRoutes } from "./routes/nodes.ts";
import { thumbnailRoutes } from "./routes/thumbnails.ts";
import { trashRoutes } from "./routes/trash.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { versionRoutes } from "./routes/versions.ts";
import { zipRoutes } from "./routes/zip.ts";

/** Where `spaceRoutes` are mounted for those who have a shared folder; the guard knows one by the parameter (M3). */
export const SPACE_PATH = "/spaces/:space";

/**
 * The routes of a space, each confined to `home.scope`: they answer for the caller's home where they are mounted at the top,
 * and for a shared folder below `SPACE_PATH`. What is an account's own (stars, links, devices, usage), or counts by what its
 * owner holds elsewhere (what a file takes, lost chunks), is not among them.
 */
export const spaceRoutes = router();

spaceRoutes.route("/", nodeRoutes);
spaceRoutes.route("/", folderRoutes);
spaceRoutes.route("/", folderSummaryRoutes);
spaceRoutes.route("/", downloadRoutes);
spaceRoutes.route("/", fileContentsRoutes);
spaceRoutes.route("/", thumbnailRoutes);
spaceRoutes.route("/", givenThumbnailRoutes);
spaceRoutes.route("/", zipRoutes);
spaceRoutes.route("/", fileTreeRoutes);
spaceRoutes.route("/", versionRoutes);
spaceRoutes.route("/", activityRoutes);
spaceRoutes.route("/", trashRoutes);
spaceRoutes.route("/", commitRoutes);
spaceRoutes.route("/", changeRoutes);
spaceRoutes.route("/", uploadRoutes);
spaceRoutes.route("/", fileUploadRoutes);
spaceRoutes.route("/", chunkRoutes);
spaceRoutes.route("/", chunkPackRoutes);
spaceRoutes.route("/", chunkContentsRoutes);
