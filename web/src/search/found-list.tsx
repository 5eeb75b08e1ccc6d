import { Link } from "@tanstack/react-router";
import type { KeyboardEvent, ReactNode, Ref } from "react";
import { folderOf } from "../drive/folder-of.ts";
import { strings } from "../strings/search.ts";
import { EntryThumbnail } from "../thumbnails/entry-thumbnail.tsx";
import { formatDate, formatDateTime, formatSize } from "../ui/format.ts";
import type { Found } from "./found.ts";
import classes from "./found-list.module.css";
import { Marked, MarkedSnippet } from "./marked.tsx";

/** Pixels of a side. */
const THUMBNAIL = 44;

interface FoundListProps {
  readonly ref: Ref<HTMLUListElement>;
  readonly found: readonly Found[];
  readonly onOpen: (id: string) => void;
}

/** Gives the focus to what was found of that id, else to the first. */
export function focusFound(list: HTMLElement | null, id: string | null): void {
  const links = [...(list?.querySelectorAll("a") ?? [])];
  (links.find(({ dataset }) => dataset.id === id) ?? links[0])?.focus();
}

/** What was found, best first; the arrow keys go from one to the next, Escape to the field. */
export function FoundList({ ref, found, onOpen }: FoundListProps): ReactNode {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      document.querySelector<HTMLInputElement>("form[role=search] input")?.select();
      return;
    }
    const links = [...event.currentTarget.querySelectorAll("a")];
    const at = links.findIndex((link) => link === document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
  };
  return (
    <ul ref={ref} className={classes.list} aria-label={strings.search.hits} onKeyDown={onKeyDown}>
      {found.map((each) => (
        <FoundItem key={each.node.id} found={each} onOpen={() => onOpen(each.node.id)} />
      ))}
    </ul>
  );
}

interface FoundItemProps {
  readonly found: Found;
  readonly onOpen: () => void;
}

function FoundItem({ found, onOpen }: FoundItemProps): ReactNode {
  const { node, where, owner, sharedIn, nameMarks, snippets } = found;
  const name = <Marked text={node.name} marks={nameMarks} />;
  return (
    <li className={classes.item}>
      <EntryThumbnail key={node.version} entry={{ ...node, sharedIn }} size={THUMBNAIL} />
      <div className={classes.words}>
        {node.type === "folder" ? (
          <Link
            to="/files/$folder"
            params={{ folder: folderOf(node) }}
            className={classes.name}
            data-id={node.id}
            onClick={onOpen}
          >
            {name}
          </Link>
        ) : (
          <Link
            from="/search"
            to="/search"
            search={(was) => ({ ...was, view: node.id })}
            className={classes.name}
            data-id={node.id}
            onClick={onOpen}
          >
            {name}
          </Link>
        )}
        <p className={classes.facts}>
          <span className={classes.where}>
            {owner === null ? where : `${where} · ${strings.search.byOwner(owner)}`}
          </span>
          <time dateTime={new Date(node.mtime).toISOString()} title={formatDateTime(node.mtime)}>
            {formatDate(node.mtime)}
          </time>
          {node.type === "file" && <span>{formatSize(node.size)}</span>}
        </p>
        {snippets.map((snippet, index) => (
          <p key={index} className={classes.snippet}>
            <MarkedSnippet snippet={snippet} />
          </p>
        ))}
      </div>
    </li>
  );
}
