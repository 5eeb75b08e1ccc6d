import { notificationsStore } from "@mantine/notifications";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";

const ShownNotices = lazy(() => import("./shown-notices.tsx").then((file) => ({ default: file.ShownNotices })));

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
