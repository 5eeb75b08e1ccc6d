import { LedgeError } from "../../protocol/errors.ts";
import { onError, problem } from "./problem.ts";
import { router } from "./router.ts";
import { accountRoutes } from "./routes/account.ts";
import { authRoutes } from "./routes/auth.ts";
import { deviceRoutes } from "./routes/device.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { tokenRoutes } from "./routes/tokens.ts";

const app = router().basePath("/api");

app.onError(onError);
app.notFound((c) => problem(c, new LedgeError("not_found", `no route answers ${c.req.method} ${c.req.path}`)));

app.route("/", authRoutes);
app.route("/", deviceRoutes);
app.route("/", accountRoutes);
app.route("/", sessionRoutes);
app.route("/", tokenRoutes);

export { app };
