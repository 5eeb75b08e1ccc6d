import { IconBell } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useCallback, useRef, useState, type ReactNode } from "react";
import { useNotice } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { formatNumber } from "../ui/format.ts";
import { lazy } from "../ui/lazy.tsx";
import { useLater } from "../ui/use-later.ts";
import classes from "./notification-bell.module.css";
import { notificationsQuery } from "./notification-requests.ts";

const NotificationPanel = lazy(() =>
  import("../notifications/notification-panel.tsx").then((file) => file.NotificationPanel),
);

const MOST_COUNTED = 99;

/** How much is new of what the account is told of, and the way to it (V4). */
export function NotificationBell(): ReactNode {
  const unread = useUnread();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback((isFocusBack: boolean) => {
    setOpen(false);
    if (isFocusBack) button.current?.focus();
  }, []);
  const text = strings.app.notifications(unread, formatNumber(unread));
  return (
    <div className={classes.place}>
      <button
        ref={button}
        type="button"
        className={classes.bell}
        aria-label={text}
        title={text}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <IconBell size={21} stroke={1.7} aria-hidden />
        {unread > 0 && (
          <span className={classes.count} aria-hidden>
            {unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}
          </span>
        )}
      </button>
      <span role="status" className={classes.spoken}>
        {unread > 0 ? text : ""}
      </span>
      <Suspense>{isOpen && <NotificationPanel button={button} onClose={close} />}</Suspense>
    </div>
  );
}

/** How many are unread, kept current by notices. */
function useUnread(): number {
  const client = useQueryClient();
  const { data } = useInfiniteQuery({ ...notificationsQuery, enabled: useLater() });
  useNotice("notifications", () => void client.invalidateQueries({ queryKey: notificationsQuery.queryKey }));
  return data?.pages[0]?.unread ?? 0;
}
