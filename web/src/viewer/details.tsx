import { useQuery } from "@tanstack/react-query";
import { Suspense, type ReactNode } from "react";
import { extensionOf } from "../../../core/file-kind.ts";
import type { Entry } from "../drive/drive.ts";
import { useAncestors } from "../drive/hooks.ts";
import { apiIn } from "../session/space-api.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/viewer.ts";
import { formatDateTime, formatNumber, formatSize } from "../ui/format.ts";
import { lazy } from "../ui/lazy.tsx";
import classes from "./details.module.css";

const ActivityList = lazy(() => import("../activity/activity-list.tsx").then((file) => file.ActivityList));

/** What is known of a file, and what was done to it. */
export function Details({ entry }: { readonly entry: Entry }): ReactNode {
  const text = strings.viewer.detail;
  const ancestors = useAncestors(entry.id);
  const extension = extensionOf(entry.name);
  const storage = useQuery({
    queryKey: ["file-storage", entry.id, entry.version],
    queryFn: ({ signal }) => apiIn(entry.sharedIn).fileStorage(entry.id, entry.version, signal),
    enabled: entry.version > 0,
  });
  const facts: readonly (readonly [string, string])[] = [
    [text.type, extension === "" ? text.file : text.fileOf(extension)],
    [text.size, formatSize(entry.size)],
    [text.stored, storage.data ? formatSize(storage.data.uniqueBytes) : storage.isError ? text.unknown : "…"],
    [text.where, (ancestors ?? []).map(({ name }) => isolated(name) || text.root).join(" / ")],
    [text.modified, formatDateTime(entry.mtime)],
    [text.added, formatDateTime(entry.createdAt)],
    [text.version, formatNumber(entry.version)],
  ];
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className={classes.activity}>{strings.app.activity}</h3>
      <Suspense>
        <ActivityList node={entry.id} space={entry.sharedIn} heading="h4" />
      </Suspense>
    </>
  );
}
