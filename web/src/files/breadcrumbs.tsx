import { UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconDots } from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { useAncestors, useEntry } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { LazyMenu } from "../ui/lazy-menu.tsx";
import { lazy } from "../ui/lazy.tsx";
import classes from "./breadcrumbs.module.css";
import { useFolderDrop } from "./drag.ts";
import { FolderLink } from "./folder-link.tsx";

const load = () => import("./crumb-items.tsx");
const CrumbItems = lazy(() => load().then((file) => file.CrumbItems));

interface Crumb {
  readonly id: string;
  readonly name: string;
}

/** How many folders of the path are named; those in the middle are in a menu. */
const NAMED = 3;

/** Where the folder is. Each folder above is a place to go to and to drop on. */
export function Breadcrumbs({ folder }: { readonly folder: string }): ReactNode {
  const drive = useDrive();
  const ancestors = useAncestors(folder);
  const own = useEntry(folder);
  const name = (id: string, own: string): string => (id === drive.root ? strings.files.root : own);
  if (folder !== drive.root && (!ancestors || !own)) return <UnknownPath />;
  const above: Crumb[] = (ancestors ?? []).map((each) => ({ id: each.id, name: name(each.id, each.name) }));
  const hidden = above.length > NAMED ? above.slice(1, -1) : [];
  const shown = hidden.length > 0 ? [above[0], above.at(-1)] : above;
  return (
    <nav className={classes.path} aria-label={strings.files.path}>
      <ol className={classes.list}>
        {shown.map((crumb, index) => (
          <Fragment key={crumb?.id}>
            {crumb && (
              <li className={classes.item} data-middle={index > 0 || undefined}>
                <CrumbLink crumb={crumb} />
                <Separator />
              </li>
            )}
            {index === 0 && hidden.length > 0 && <Hidden crumbs={hidden} isAlways />}
            {index === 0 && hidden.length === 0 && shown.length > 1 && <Hidden crumbs={above.slice(1)} />}
          </Fragment>
        ))}
        <li className={classes.here}>
          <h1 className={classes.title} title={own?.name}>
            {name(folder, own?.name ?? "")}
          </h1>
        </li>
      </ol>
    </nav>
  );
}

/** Until it is known where the folder is, which offline may be for long, there is the way to the top. */
function UnknownPath(): ReactNode {
  const { root } = useDrive();
  return (
    <nav className={classes.path} aria-label={strings.files.path}>
      <ol className={classes.list}>
        <li className={classes.item}>
          <CrumbLink crumb={{ id: root, name: strings.files.root }} />
          <Separator />
        </li>
        <li className={classes.waiting} aria-hidden />
      </ol>
    </nav>
  );
}

function Separator(): ReactNode {
  return <IconChevronRight className={classes.separator} size={16} stroke={1.8} aria-hidden />;
}

function CrumbLink({ crumb }: { readonly crumb: Crumb }): ReactNode {
  const { isOver, handlers } = useFolderDrop(crumb.id);
  return (
    <FolderLink folder={crumb.id} className={classes.link} data-drop={isOver || undefined} {...handlers}>
      {crumb.name}
    </FolderLink>
  );
}

/** @param isAlways - also where there is room; without, only on a narrow screen. */
function Hidden({
  crumbs,
  isAlways = false,
}: {
  readonly crumbs: readonly Crumb[];
  readonly isAlways?: boolean;
}): ReactNode {
  return (
    <li className={isAlways ? classes.item : classes.narrowItem}>
      <LazyMenu
        preload={load}
        position="bottom-start"
        button={
          <UnstyledButton className={classes.dots} aria-label={strings.files.hiddenFolders}>
            <IconDots size={18} aria-hidden />
          </UnstyledButton>
        }
      >
        <CrumbItems crumbs={crumbs} />
      </LazyMenu>
      <Separator />
    </li>
  );
}
