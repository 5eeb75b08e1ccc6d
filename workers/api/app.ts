import { LedgeError } from "../../protocol/errors.ts";
import { limitJson } from "./body.ts";
import { onError, problem } from "./problem.ts";
import { router } from "./router.ts";
import { SPACE_PATH, spaceRoutes } from "./space-routes.ts";
import { accountRoutes } from "./routes/account.ts";
import { authOptionsRoutes } from "./routes/auth-options.ts";
import { authRoutes } from "./routes/auth.ts";
import { deviceRoutes } from "./routes/device.ts";
import { ownMailRoutes } from "./routes/own-mail.ts";
import { notificationRoutes } from "./routes/notifications.ts";
import { passkeyRoutes } from "./routes/passkeys.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { twoFactorRoutes } from "./routes/two-factor.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { subscribeRoutes } from "./routes/subscribe.ts";
import { deviceListRoutes } from "./routes/devices.ts";
import { serviceRoutes } from "./routes/service.ts";
import { starRoutes } from "./routes/stars.ts";
import { storageRoutes } from "./routes/storage.ts";
import { dropRoutes } from "./routes/drops.ts";
import { invitationRoutes } from "./routes/invitations.ts";
import { linkRoutes } from "./routes/links.ts";
import { memberRoutes } from "./routes/members.ts";
import { ownerRoutes } from "./routes/owner.ts";
import { sharedRoutes } from "./routes/shared.ts";
import { sharedFileRoutes } from "./routes/shared-files.ts";
import { sharedSpaceRoutes } from "./routes/spaces.ts";
import { usageRoutes } from "./routes/usage.ts";
import { adminRoutes } from "./routes/admin.ts";
import { adminActivityRoutes } from "./routes/admin-activity.ts";
import { adminMailRoutes } from "./routes/admin-mail.ts";
import { auditRoutes } from "./routes/audit.ts";
import { damagedFileRoutes } from "./routes/damaged-files.ts";
import { documentationRoutes } from "./routes/documentation.ts";

const app = router().basePath("/api");

app.onError(onError);
app.notFound((c) => problem(c, new LedgeError("not_found", `no route answers ${c.req.method} ${c.req.path}`)));

app.use(limitJson);

app.route("/", authOptionsRoutes);
app.route("/", authRoutes);
app.route("/", ownMailRoutes);
app.route("/", twoFactorRoutes);
app.route("/", passkeyRoutes);
app.route("/", deviceRoutes);
app.route("/", accountRoutes);
app.route("/", usageRoutes);
app.route("/", sessionRoutes);
app.route("/", tokenRoutes);
app.route("/", starRoutes);
app.route("/", notificationRoutes);
// Before the files by id, of which `damaged` is none.
app.route("/", damagedFileRoutes);
app.route("/", spaceRoutes);
app.route(SPACE_PATH, spaceRoutes);
app.route("/", sharedSpaceRoutes);
app.route("/", memberRoutes);
app.route("/", ownerRoutes);
app.route("/", invitationRoutes);
app.route("/", storageRoutes);
app.route("/", subscribeRoutes);
app.route("/", deviceListRoutes);
app.route("/", linkRoutes);
app.route("/", sharedRoutes);
app.route("/", sharedFileRoutes);
app.route("/", dropRoutes);
app.route("/", adminRoutes);
app.route("/", auditRoutes);
app.route("/", adminActivityRoutes);
app.route("/", adminMailRoutes);
app.route("/", serviceRoutes);
// Last: it describes what was mounted before it.
app.route("/", documentationRoutes(app));

export { app };
