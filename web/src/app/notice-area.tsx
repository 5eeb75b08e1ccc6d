import { notificationsStore } from "@mantine/notifications";
import { Suspense, useEffect, useState, type ReactNode } from "react";
import { part } from "../ui/part.ts";

const ShownNotices = part(() => import("./shown-notices.tsx").then((file) => file.ShownNotices));

/** Where notices are shown; fetched with the first one. */
export function NoticeArea(): ReactNode {
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => notificationsStore.subscribe(() => setNeeded(true)), []);
  return (
    isNeeded && (
      <Suspense>
        <ShownNotices />
      </Suspense>
    )
  );
}
