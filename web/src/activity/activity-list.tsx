import { Button, Skeleton } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowRight,
  IconCopy,
  IconDownload,
  IconEye,
  IconFilePlus,
  IconLink,
  IconPencil,
  IconTrash,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import type { Activity } from "../../../protocol/activity.ts";
import { activityApi } from "../app/notification-requests.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useAccount } from "../session/account.ts";
import { language } from "../strings/strings.ts";
import { strings } from "../strings/people.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDateTime } from "../ui/format.ts";
import classes from "./activity-list.module.css";
import { activityText, actorText, BY_LINK } from "./activity-text.ts";

const icons: Readonly<Record<Activity["action"], Icon>> = {
  create: IconFilePlus,
  edit: IconPencil,
  rename: IconPencil,
  move: IconArrowRight,
  copy: IconCopy,
  trash: IconTrash,
  restore: IconArrowBackUp,
  purge: IconTrash,
  restoreVersion: IconArrowBackUp,
  shareLink: IconLink,
  changeLink: IconLink,
  revokeLink: IconLink,
  invite: IconUsers,
  join: IconUsers,
  leave: IconUsers,
  remove: IconUsers,
  changeRole: IconUsers,
  unshare: IconUsers,
  transfer: IconUsers,
  openLink: IconEye,
  download: IconDownload,
  drop: IconFilePlus,
};

/** What a page is asked for; it may have fewer. */
const PAGE = 40;
/** Milliseconds for which changes are gathered before the newest page is asked for again. */
const GATHER = 1_500;

/** @param node - Null: all of the space. @param space - The shared folder of somebody else's; null: the account's own. */
function activityQuery(node: string | null, space: string | null) {
  return infiniteQueryOptions({
    queryKey: ["activity", space, node],
    queryFn: ({ pageParam, signal }) => {
      const request = { limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) };
      return node === null
        ? activityApi.activity(space, request, signal)
        : activityApi.activityOf(node, space, request, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

interface ActivityListProps {
  readonly node: string | null;
  readonly space: string | null;
  /** What days are headed with: what comes after the heading above. */
  readonly heading: "h2" | "h3" | "h4";
}

/** What was done, by whom and when, by day, the newest first (V2). */
export function ActivityList({ node, space, heading: Heading }: ActivityListProps): ReactNode {
  const text = strings.people.activity;
  const { id: me } = useAccount();
  const query = activityQuery(node, space);
  const found = useInfiniteQuery({ ...query, refetchOnMount: "always" });
  useFresh(query.queryKey);
  if (!found.data) {
    if (found.error) {
      return (
        <div role="alert" className={classes.quiet}>
          <p>{`${text.failed}. ${errorText(found.error)}`}</p>
          <Button variant="default" size="sm" onClick={() => void found.refetch()}>
            {strings.errors.retry}
          </Button>
        </div>
      );
    }
    return (
      <div role="status" aria-label={strings.people.loading} className={classes.waiting}>
        <Skeleton height={40} radius="md" />
        <Skeleton height={40} radius="md" />
        <Skeleton height={40} radius="md" />
      </div>
    );
  }
  const all = found.data.pages.flatMap((page) => page.activities);
  return (
    <>
      {all.length === 0 && <p className={classes.quiet}>{found.hasNextPage ? text.noneYet : text.none}</p>}
      {byDay(all).map(([day, some]) => (
        <section key={day}>
          <Heading className={classes.day}>{day}</Heading>
          <ul className={classes.list} aria-label={`${text.list}: ${day}`}>
            {some.map((each) => (
              <Line key={each.id} activity={each} me={me} of={node ?? space} />
            ))}
          </ul>
        </section>
      ))}
      {found.hasNextPage && (
        <Button
          variant="default"
          size="sm"
          mt="sm"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage({ cancelRefetch: false })}
        >
          {strings.people.more}
        </Button>
      )}
    </>
  );
}

interface LineProps {
  readonly activity: Activity;
  readonly me: string;
  /** What the list is of: it leads nowhere else. */
  readonly of: string | null;
}

function Line({ activity, me, of }: LineProps): ReactNode {
  const { action, actor, at, count } = activity;
  const Look = icons[action];
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
  const isCounted = count > 1 && (action === "openLink" || action === "download");
  const facts = [actorText(actor, me), time, isCounted && strings.people.activity.times(count), actor.device];
  return (
    <li className={classes.line}>
      <Look size={18} stroke={1.7} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <Told activity={activity} of={of} />
        <time className={classes.facts} dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
          {facts.filter(Boolean).join(" · ")}
        </time>
      </div>
    </li>
  );
}

/** What was done, as the way to what it was done to, where that may still be there. */
function Told({ activity, of }: Pick<LineProps, "activity" | "of">): ReactNode {
  const { root } = useDrive();
  const text = activityText(activity);
  const { node, parent, type, action, count } = activity;
  // Of several, the folder that they are in shows them all.
  const target = count > 1 && !BY_LINK.has(action) ? { id: parent, type: "folder" as const } : { id: node, type };
  if (target.id === null || target.id === of || GONE.has(action)) return <span>{text}</span>;
  if (target.id === root) {
    return (
      <Link to="/files" className={classes.link}>
        {text}
      </Link>
    );
  }
  return target.type === "folder" ? (
    <Link to="/files/$folder" params={{ folder: target.id }} className={classes.link}>
      {text}
    </Link>
  ) : (
    <Link to="/file/$file" params={{ file: target.id }} className={classes.link}>
      {text}
    </Link>
  );
}

/** What is nowhere to be opened afterwards. */
const GONE: ReadonlySet<Activity["action"]> = new Set(["trash", "purge"]);

/** Days in the reader's own time, in order. */
function byDay(all: readonly Activity[]): (readonly [string, readonly Activity[]])[] {
  const text = strings.people.activity;
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toDateString();
  const format = new Intl.DateTimeFormat(language, { dateStyle: "full" });
  const days = Map.groupBy(all, ({ at }) => new Date(at).toDateString());
  return [...days].map(([day, some]) => [
    day === now.toDateString() ? text.today : day === yesterday ? text.yesterday : format.format(some[0]?.at ?? 0),
    some,
  ]);
}

/** Asks again some time after the tree changed. */
function useFresh(queryKey: readonly unknown[]): void {
  const drive = useDrive();
  const client = useQueryClient();
  const key = JSON.stringify(queryKey);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: JSON.parse(key) as unknown[] });
      }, GATHER);
    };
    const stops = [drive.onNews(ask), drive.onNotice((about) => (about === "spaces" || about === "links") && ask())];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [drive, client, key]);
}
