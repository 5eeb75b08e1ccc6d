import { router } from "../router.ts";
import { adminAccountRoutes } from "./admin-accounts.ts";
import { adminEventRoutes } from "./admin-events.ts";
import { adminLinkRoutes } from "./admin-links.ts";
import { adminSettingRoutes } from "./admin-settings.ts";
import { adminPasswordResetRoutes } from "./admin-password-reset.ts";
import { adminUsageRoutes } from "./admin-usage.ts";

/** What administrators see and do (R1-R5): nothing here reads anybody's files. */
export const adminRoutes = router()
  .route("/", adminAccountRoutes)
  .route("/", adminPasswordResetRoutes)
  .route("/", adminSettingRoutes)
  .route("/", adminUsageRoutes)
  .route("/", adminLinkRoutes)
  .route("/", adminEventRoutes);
