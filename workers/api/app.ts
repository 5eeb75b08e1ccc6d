import { LedgeError } from "../../protocol/errors.ts";
import { limitJson } from "./body.ts";
import { onError, problem } from "./problem.ts";
import { router } from "./router.ts";
import { accountRoutes } from "./routes/account.ts";
import { authOptionsRoutes } from "./routes/auth-options.ts";
import { authRoutes } from "./routes/auth.ts";
import { deviceRoutes } from "./routes/device.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { twoFactorRoutes } from "./routes/two-factor.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { commitRoutes } from "./routes/commits.ts";
import { changeRoutes } from "./routes/changes.ts";
import { subscribeRoutes } from "./routes/subscribe.ts";
import { deviceListRoutes } from "./routes/devices.ts";
import { downloadRoutes } from "./routes/download.ts";
import { fileContentsRoutes } from "./routes/file-contents.ts";
import { fileTreeRoutes } from "./routes/files-tree.ts";
import { folderRoutes } from "./routes/folders.ts";
import { nodeRoutes } from "./routes/nodes.ts";
import { serviceRoutes } from "./routes/service.ts";
import { starRoutes } from "./routes/stars.ts";
import { trashRoutes } from "./routes/trash.ts";
import { chunkContentsRoutes } from "./routes/chunk-contents.ts";
import { chunkPackRoutes } from "./routes/chunk-packs.ts";
import { chunkRoutes } from "./routes/chunks.ts";
import { fileUploadRoutes } from "./routes/file-upload.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { versionRoutes } from "./routes/versions.ts";
import { zipRoutes } from "./routes/zip.ts";
import { auditRoutes } from "./routes/audit.ts";
import { damagedFileRoutes } from "./routes/damaged-files.ts";
import { documentationRoutes } from "./routes/documentation.ts";

const app = router().basePath("/api");

app.onError(onError);
app.notFound((c) => problem(c, new LedgeError("not_found", `no route answers ${c.req.method} ${c.req.path}`)));

app.use(limitJson);

app.route("/", authOptionsRoutes);
app.route("/", authRoutes);
app.route("/", twoFactorRoutes);
app.route("/", deviceRoutes);
app.route("/", accountRoutes);
app.route("/", sessionRoutes);
app.route("/", tokenRoutes);
app.route("/", nodeRoutes);
app.route("/", starRoutes);
app.route("/", folderRoutes);
// Before the files by id, of which `damaged` is none.
app.route("/", damagedFileRoutes);
app.route("/", downloadRoutes);
app.route("/", fileContentsRoutes);
app.route("/", zipRoutes);
app.route("/", fileTreeRoutes);
app.route("/", versionRoutes);
app.route("/", trashRoutes);
app.route("/", commitRoutes);
app.route("/", changeRoutes);
app.route("/", subscribeRoutes);
app.route("/", deviceListRoutes);
app.route("/", uploadRoutes);
app.route("/", fileUploadRoutes);
app.route("/", chunkRoutes);
app.route("/", chunkPackRoutes);
app.route("/", chunkContentsRoutes);
app.route("/", auditRoutes);
app.route("/", serviceRoutes);
// Last: it describes what was mounted before it.
app.route("/", documentationRoutes(app));

export { app };
