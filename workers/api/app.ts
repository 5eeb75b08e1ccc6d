import { LedgeError } from "../../protocol/errors.ts";
import { onError, problem } from "./problem.ts";
import { router } from "./router.ts";

const app = router().basePath("/api");

app.onError(onError);
app.notFound((c) => problem(c, new LedgeError("not_found", `no route answers ${c.req.method} ${c.req.path}`)));

export { app };
