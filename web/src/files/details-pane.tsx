import { CloseButton, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconFiles } from "@tabler/icons-react";
import { Suspense, useMemo, useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { useAncestors } from "../drive/hooks.ts";
import { apiIn } from "../session/space-api.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";
import { extensionOf } from "../../../core/file-kind.ts";
import { formatDateTime, formatNumber, formatSize } from "../ui/format.ts";
import { lazy } from "../ui/lazy.tsx";
import classes from "./details-pane.module.css";
import { EntryIcon } from "./entry-icon.tsx";
import { FolderLink } from "./folder-link.tsx";
import { setListPreferences } from "./list-preferences.ts";
import { SharingLine } from "./sharing-line.tsx";

const ActivityList = lazy(() => import("../activity/activity-list.tsx").then((file) => file.ActivityList));

/** What is known of what is selected; of the folder itself where nothing is. */
export function DetailsPane({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
  const [first] = entries;
  return (
    <div className={classes.pane}>
      <div className={classes.head}>
        <h2 className={classes.title}>{strings.files.detail.title}</h2>
        <CloseButton aria-label={strings.files.close} onClick={() => setListPreferences({ details: false })} />
      </div>
      {!first && <p className={classes.quiet}>{strings.files.detail.nothing}</p>}
      {first && entries.length === 1 && <OfOne key={first.id} entry={first} />}
      {entries.length > 1 && <OfSeveral entries={entries} />}
    </div>
  );
}

function OfOne({ entry }: { readonly entry: Entry }): ReactNode {
  const drive = useDrive();
  const text = strings.files.detail;
  const isRoot = entry.id === drive.root;
  const [shown, setShown] = useState<"facts" | "activity">("facts");
  return (
    <>
      <div className={classes.picture}>
        <EntryIcon entry={entry} size={64} />
      </div>
      <p className={classes.name}>{isRoot ? strings.files.root : entry.name}</p>
      <SharingLine folder={folderOf(entry)} />
      <SegmentedControl
        fullWidth
        size="xs"
        mb="sm"
        aria-label={text.which}
        value={shown}
        onChange={(value) => setShown(value === "activity" ? "activity" : "facts")}
        data={[
          { value: "facts", label: text.title },
          { value: "activity", label: strings.app.activity },
        ]}
      />
      {shown === "activity" ? (
        <Suspense>
          <ActivityList node={folderOf(entry)} space={entry.mount ?? entry.sharedIn} heading="h3" />
        </Suspense>
      ) : (
        <Facts entry={entry} />
      )}
    </>
  );
}

function Facts({ entry }: { readonly entry: Entry }): ReactNode {
  const drive = useDrive();
  const text = strings.files.detail;
  const extension = extensionOf(entry.name);
  const isRoot = entry.id === drive.root;
  return (
    <dl className={classes.facts}>
      <Fact name={text.type}>
        {entry.type === "folder" ? text.folder : extension === "" ? text.file : text.fileOf(extension)}
      </Fact>
      {entry.type === "file" ? <FileFacts entry={entry} /> : <FolderFacts entry={entry} />}
      {!isRoot && (
        <>
          <Fact name={text.where}>
            <Where entry={entry} />
          </Fact>
          <Fact name={text.modified}>{formatDateTime(entry.mtime)}</Fact>
          <Fact name={text.added}>{formatDateTime(entry.createdAt)}</Fact>
        </>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function FileFacts({ entry }: { readonly entry: Entry }): ReactNode {
  const text = strings.files.detail;
  const storage = useQuery({
    queryKey: ["file-storage", entry.id, entry.version],
    queryFn: ({ signal }) => apiIn(entry.sharedIn).fileStorage(entry.id, entry.version, signal),
    enabled: !entry.pending,
  });
  return (
    <>
      <Fact name={text.size}>{formatSize(entry.size)}</Fact>
      <Fact name={text.stored}>
        {storage.data ? formatSize(storage.data.uniqueBytes) : storage.isError ? text.unknown : text.counting}
        {storage.data && storage.data.sharedBytes > 0 && (
          <span className={classes.saving}>{text.shared(formatSize(storage.data.sharedBytes))}</span>
        )}
      </Fact>
      <Fact name={text.versions}>{formatNumber(entry.version)}</Fact>
    </>
  );
}

function FolderFacts({ entry }: { readonly entry: Entry }): ReactNode {
  const text = strings.files.detail;
  const folder = folderOf(entry);
  const summary = useQuery({
    queryKey: ["folder-summary", folder],
    queryFn: ({ signal }) => apiIn(entry.mount ?? entry.sharedIn).folderSummary(folder, signal),
    staleTime: 10_000,
  });
  if (!summary.data) return <Fact name={text.contains}>{summary.isError ? text.unknown : text.counting}</Fact>;
  const { files, folders, bytes, complete } = summary.data;
  const some = (value: string): string => (complete ? value : text.atLeast(value));
  return (
    <>
      <Fact name={text.contains}>{some(strings.files.counted(folders, files))}</Fact>
      <Fact name={text.size}>{some(formatSize(bytes))}</Fact>
    </>
  );
}

function Where({ entry }: { readonly entry: Entry }): ReactNode {
  const ancestors = useAncestors(entry.id);
  const parent = ancestors?.at(-1);
  if (!ancestors || !parent) return "";
  const path = ancestors.map((each) => isolated(each.name) || strings.files.root).join(" / ");
  return <FolderLink folder={parent.id}>{path}</FolderLink>;
}

function OfSeveral({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
  const { files, bytes } = useMemo(() => sumOf(entries), [entries]);
  const text = strings.files.detail;
  return (
    <>
      <div className={classes.picture}>
        <IconFiles size={64} stroke={1.3} aria-hidden />
      </div>
      <p className={classes.name}>{text.several(entries.length)}</p>
      <dl className={classes.facts}>
        <Fact name={text.contains}>{strings.files.counted(entries.length - files, files)}</Fact>
        {files > 0 && <Fact name={text.size}>{formatSize(bytes)}</Fact>}
      </dl>
    </>
  );
}

function sumOf(entries: readonly Entry[]): { readonly files: number; readonly bytes: number } {
  let [files, bytes] = [0, 0];
  for (const { type, size } of entries) {
    if (type !== "file") continue;
    files++;
    bytes += size;
  }
  return { files, bytes };
}
