import { ActionIcon, Button, NativeSelect, SegmentedControl } from "@mantine/core";
import {
  IconDownload,
  IconFolderOff,
  IconFolderOpen,
  IconLayoutGrid,
  IconList,
  IconPhoto,
  IconX,
} from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { lazy } from "../ui/lazy.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { LookLabel } from "../ui/look-label.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { Waiting } from "../viewer/preview.tsx";
import { GuestCrumbs } from "./guest-crumbs.tsx";
import { useGuestDownload } from "./guest-download.ts";
import { GuestFrame } from "./guest-frame.tsx";
import { keepLook, keptLook, lookFor, LOOKS, type GuestLook } from "./guest-look.ts";
import { childrenQuery, isMissing, locationQuery, type GuestSort } from "./guest-requests.ts";
import { LinkHead } from "./link-head.tsx";
import { useOpenedLink } from "./opened-link.ts";
import { SharedEntries } from "./shared-entries.tsx";
import classes from "./shared-folder.module.css";

const GuestViewer = lazy(() => import("./guest-viewer.tsx").then((file) => file.GuestViewer));

const SORTS: readonly GuestSort[] = ["name", "mtime", "size"];
const LOOK_ICONS = { list: IconList, grid: IconLayoutGrid, gallery: IconPhoto };

/** A link to a folder: listed, walked through, shown as a gallery, saved in parts or as a whole. */
export function SharedFolder({ root }: { readonly root: SharedNode }): ReactNode {
  const { folder } = useSearch({ from: "/s/$token" });
  return <FolderContents key={folder ?? ""} root={root} folder={folder === root.id ? undefined : folder} />;
}

interface FolderContentsProps {
  readonly root: SharedNode;
  /** Absent: the link's own. */
  readonly folder: string | undefined;
}

function FolderContents({ root, folder }: FolderContentsProps): ReactNode {
  const text = strings.guest;
  const link = useOpenedLink();
  const { view } = useSearch({ from: "/s/$token" });
  const download = useGuestDownload();
  const [sort, setSort] = useState<GuestSort>("name");
  const [chosenLook, setLook] = useState(keptLook);
  const [current, setCurrent] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const listed = useInfiniteQuery(childrenQuery(link.secret, folder, sort));
  const place = useQuery({ ...locationQuery(link.secret, folder ?? root.id), enabled: folder !== undefined });
  const nodes = useMemo(
    () => inOrder(listed.data?.pages.flatMap((page) => page.nodes) ?? [], listed.hasNextPage),
    [listed],
  );
  const here = folder === undefined ? root : place.data?.node;
  const name = here?.id === root.id ? link.name : here?.name;
  usePageTitle(name);
  const fitting = useMemo(() => lookFor(nodes), [nodes]);
  const look = chosenLook ?? (link.isCounted ? "list" : fitting);
  const selected = nodes.filter(({ id }) => chosen.has(id));

  if (isMissing(listed.error) && (folder !== undefined || nodes.length === 0))
    return <Gone isTop={folder === undefined} />;
  return (
    <GuestFrame isFilled>
      <div className={classes.page}>
        <LinkHead
          actions={
            link.canSave &&
            here &&
            nodes.length > 0 && (
              <Button leftSection={<IconDownload size={18} aria-hidden />} onClick={() => download([here])}>
                {text.downloadAll}
              </Button>
            )
          }
        >
          <GuestCrumbs root={root} rootName={link.name} folder={folder} location={place.data} />
        </LinkHead>
        <div className={classes.tools}>
          <span className={classes.count}>
            {listed.data && (listed.hasNextPage ? text.itemsAtLeast(nodes.length) : text.items(nodes.length))}
          </span>
          <NativeSelect
            size="xs"
            aria-label={text.sortBy}
            value={sort}
            data={SORTS.map((value) => ({ value, label: text.sorts[value] }))}
            onChange={({ currentTarget }) => setSort(currentTarget.value as GuestSort)}
          />
          <SegmentedControl
            size="xs"
            aria-label={text.view}
            value={look}
            onChange={(value: GuestLook) => {
              setLook(value);
              keepLook(value);
            }}
            data={LOOKS.map((value) => ({ value, label: <LookChoice look={value} /> }))}
          />
        </div>
        {nodes.length > 0 ? (
          <SharedEntries
            key={look}
            label={text.contents(name ?? "")}
            nodes={nodes}
            look={look}
            chosen={chosen}
            onChoose={link.canSave ? setChosen : null}
            onDownload={link.canSave ? (node) => download([node]) : null}
            current={current}
            onCurrent={setCurrent}
            viewed={view}
            hasMore={listed.hasNextPage}
            onMore={() => void (listed.isFetchingNextPage || listed.fetchNextPage())}
          />
        ) : listed.isPending ? (
          <Waiting />
        ) : listed.error ? (
          <ErrorState error={listed.error} onRetry={() => void listed.refetch()} />
        ) : (
          <EmptyState icon={IconFolderOpen} title={text.empty} text={text.emptyText} />
        )}
        {selected.length > 0 && (
          <div className={classes.bar} role="toolbar" aria-label={text.chosen(selected.length)}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={text.chooseNone}
              title={text.chooseNone}
              onClick={() => setChosen(new Set())}
            >
              <IconX size={18} aria-hidden />
            </ActionIcon>
            <span className={classes.chosen} aria-live="polite">
              {text.chosen(selected.length)}
            </span>
            <Button size="sm" leftSection={<IconDownload size={18} aria-hidden />} onClick={() => download(selected)}>
              {text.download}
            </Button>
          </div>
        )}
      </div>
      <OpenedFile nodes={nodes} title={name} />
    </GuestFrame>
  );
}

/** Folders come first, once all is there: before, what comes later would move what is looked at. */
function inOrder(nodes: readonly SharedNode[], isPart: boolean): readonly SharedNode[] {
  if (isPart) return nodes;
  const folders = nodes.filter(({ type }) => type === "folder");
  return [...folders, ...nodes.filter(({ type }) => type === "file")];
}

function LookChoice({ look }: { readonly look: GuestLook }): ReactNode {
  const Look = LOOK_ICONS[look];
  return <LookLabel icon={<Look size={17} aria-hidden />} text={strings.guest.looks[look]} />;
}

function Gone({ isTop }: { readonly isTop: boolean }): ReactNode {
  const text = strings.guest;
  usePageTitle(isTop ? text.gone : text.goneInside);
  return (
    <GuestFrame>
      <EmptyState
        icon={IconFolderOff}
        isPage
        title={isTop ? text.gone : text.goneInside}
        text={isTop ? text.goneText : text.goneInsideText}
      >
        {!isTop && (
          <ButtonLink from="/s/$token" to="." search={{}}>
            {text.toTop}
          </ButtonLink>
        )}
      </EmptyState>
    </GuestFrame>
  );
}

/** The file that the address opens over the list. */
function OpenedFile({
  nodes,
  title,
}: {
  readonly nodes: readonly SharedNode[];
  readonly title: string | undefined;
}): ReactNode {
  const { view } = useSearch({ from: "/s/$token" });
  const navigate = useNavigate({ from: "/s/$token" });
  const router = useRouter();
  const wasClosed = useRef(view === undefined);
  const files = useMemo(() => nodes.filter(({ type }) => type === "file"), [nodes]);
  useEffect(() => {
    if (view !== undefined) return;
    wasClosed.current = true;
  }, [view]);
  const name = files.find(({ id }) => id === view)?.name;
  usePageTitle(name ?? title);
  if (view === undefined) return null;
  return (
    <Suspense>
      <GuestViewer
        file={view}
        files={files}
        onNavigate={(id) => void navigate({ to: ".", search: (was) => ({ ...was, view: id }), replace: true })}
        onClose={() => {
          // Where the list was shown before the file, closing is going back.
          if (wasClosed.current) router.history.back();
          else void navigate({ to: ".", search: ({ view: _view, ...was }) => was, replace: true });
        }}
      />
    </Suspense>
  );
}
