import { Notifications } from "@mantine/notifications";
import type { ReactNode } from "react";

export function ShownNotices(): ReactNode {
  return <Notifications position="bottom-left" limit={4} />;
}
