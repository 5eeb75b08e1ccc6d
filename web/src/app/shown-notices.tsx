import { Notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import classes from "./notices.module.css";

export function ShownNotices(): ReactNode {
  return <Notifications className={classes.area ?? ""} position="bottom-left" limit={4} />;
}
