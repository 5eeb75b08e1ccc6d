import { Button, CloseButton, FocusTrap, Skeleton } from "@mantine/core";
import { useClickOutside } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import {
  IconBell,
  IconDoorExit,
  IconFileDownload,
  IconMail,
  IconUserCheck,
  IconUserCog,
  IconUserMinus,
  IconUserX,
  type Icon,
} from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useId, useRef, type ReactNode, type RefObject } from "react";
import type { Notification } from "../../../protocol/activity.ts";
import { activityApi, notificationsQuery } from "../app/notification-requests.ts";
import { strings } from "../strings/people.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDateTime, formatRelative } from "../ui/format.ts";
import classes from "./notification-panel.module.css";
import { notificationTarget, notificationText } from "./notification-text.ts";

const icons: Readonly<Record<Notification["kind"], Icon>> = {
  invited: IconMail,
  accepted: IconUserCheck,
  declined: IconUserX,
  removed: IconUserMinus,
  left: IconDoorExit,
  roleChanged: IconUserCog,
  unshared: IconUserMinus,
  received: IconFileDownload,
  transferred: IconUserCog,
  offered: IconUserCog,
  offerAccepted: IconUserCheck,
  offerDeclined: IconUserX,
  handedOver: IconUserCog,
  notHandedOver: IconUserX,
};

interface NotificationPanelProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly onClose: (isFocusBack: boolean) => void;
}

/** What the account is told of, below the bell. Following one of them marks it as read. */
export function NotificationPanel({ button, onClose }: NotificationPanelProps): ReactNode {
  const text = strings.people.notifications;
  const heading = useId();
  const found = useInfiniteQuery({ ...notificationsQuery, refetchOnMount: "always" });
  const read = useReading();
  const outside = useClickOutside((event) => {
    if (event.target instanceof Node && button.current?.contains(event.target)) return;
    onClose(false);
  });
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Wherever the focus is: what had it may be gone.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape") onClose(true);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [onClose]);
  const all = found.data?.pages.flatMap((page) => page.notifications);
  const unread = found.data?.pages[0]?.unread ?? 0;
  return (
    <FocusTrap>
      <section ref={outside} role="dialog" aria-labelledby={heading} className={classes.panel}>
        <div className={classes.head}>
          <h2 ref={title} id={heading} className={classes.title} tabIndex={-1} data-autofocus>
            {text.title}
          </h2>
          {unread > 0 && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                title.current?.focus();
                void read();
              }}
            >
              {text.allRead}
            </Button>
          )}
          <CloseButton aria-label={strings.people.close} onClick={() => onClose(true)} />
        </div>
        <div className={classes.body}>
          {all === undefined && !found.error && (
            <div role="status" aria-label={strings.people.loading} className={classes.waiting}>
              <Skeleton height={44} radius="md" />
              <Skeleton height={44} radius="md" />
            </div>
          )}
          {all === undefined && found.error && (
            <div role="alert" className={classes.empty}>
              <p>{`${text.failed}. ${errorText(found.error)}`}</p>
              <Button variant="default" size="sm" onClick={() => void found.refetch()}>
                {strings.errors.retry}
              </Button>
            </div>
          )}
          {all?.length === 0 && (
            <div className={classes.empty}>
              <IconBell size={30} stroke={1.4} aria-hidden />
              <p>{text.empty}</p>
            </div>
          )}
          {all !== undefined && all.length > 0 && (
            <ul className={classes.list} aria-label={text.title}>
              {all.map((each) => (
                <Line
                  key={each.id}
                  notification={each}
                  onFollow={() => {
                    if (each.readAt === null) void read([each.id]);
                    if (notificationTarget(each) !== null) onClose(false);
                  }}
                />
              ))}
            </ul>
          )}
          {found.hasNextPage && (
            <Button
              variant="subtle"
              fullWidth
              mt="xs"
              loading={found.isFetchingNextPage}
              onClick={() => void found.fetchNextPage({ cancelRefetch: false })}
            >
              {strings.people.more}
            </Button>
          )}
        </div>
      </section>
    </FocusTrap>
  );
}

interface LineProps {
  readonly notification: Notification;
  readonly onFollow: () => void;
}

function Line({ notification, onFollow }: LineProps): ReactNode {
  const router = useRouter();
  const { kind, at, readAt } = notification;
  const Look = icons[kind];
  const target = notificationTarget(notification);
  const follow = (): void => {
    onFollow();
    if (target === "invitations") void router.navigate({ to: "/shared/{-$section}" });
    else if (target) void router.navigate({ to: "/files/$folder", params: { folder: target.folder } });
  };
  return (
    <li>
      <button
        type="button"
        className={classes.line}
        data-unread={readAt === null || undefined}
        disabled={target === null && readAt !== null}
        onClick={follow}
      >
        <Look size={20} stroke={1.7} aria-hidden className={classes.icon} />
        <span className={classes.words}>
          {readAt === null && <span className={classes.spoken}>{`${strings.people.notifications.unread}: `}</span>}
          <span className={classes.text}>{notificationText(notification)}</span>
          <time className={classes.time} dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
            {formatRelative(Math.min(at, Date.now()))}
          </time>
        </span>
        {readAt === null && <span className={classes.dot} aria-hidden />}
      </button>
    </li>
  );
}

/** Marks as read: shown at once, and told to the server. */
function useReading(): (ids?: readonly string[]) => Promise<void> {
  const client = useQueryClient();
  const { queryKey } = notificationsQuery;
  return async (ids) => {
    await client.cancelQueries({ queryKey });
    const now = Date.now();
    const isRead = (id: string): boolean => ids === undefined || ids.includes(id);
    client.setQueryData(
      queryKey,
      (known) =>
        known && {
          ...known,
          pages: known.pages.map((page) => ({
            ...page,
            unread: ids === undefined ? 0 : Math.max(0, page.unread - ids.length),
            notifications: page.notifications.map((each) =>
              each.readAt === null && isRead(each.id) ? { ...each, readAt: now } : each,
            ),
          })),
        },
    );
    try {
      await activityApi.readNotifications(ids);
    } catch (error) {
      notifications.show({ color: "red", message: errorText(error) });
    }
    void client.invalidateQueries({ queryKey });
  };
}
