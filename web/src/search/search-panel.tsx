import { Loader } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { strings } from "../strings/search.ts";
import { errorText } from "../ui/error-text.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import unseen from "../ui/unseen.module.css";
import { addressOf, type Found } from "./found.ts";
import { Marked, MarkedSnippet } from "./marked.tsx";
import { problemText } from "./problem-text.ts";
import { SearchHints } from "./search-hints.tsx";
import classes from "./search-panel.module.css";
import { useInstantSearch } from "./use-instant-search.ts";

const MOST = 7;
/** The last option, in place of a node's id. */
const ALL = "";

interface SearchPanelProps {
  /** Of the list; options begin with it. */
  readonly id: string;
  readonly typed: string;
  /** Where the panel puts what it does with a key; it answers whether that is something. */
  readonly keys: RefObject<((key: string) => boolean) | null>;
  /** Told the option that is chosen, the empty string where the list has none, and null where there is no list. */
  readonly onActive: (option: string | null) => void;
  /** Something was opened. */
  readonly onDone: () => void;
}

/** What is found while one types, below the field. */
export function SearchPanel({ id, typed, keys, onActive, onDone }: SearchPanelProps): ReactNode {
  const text = strings.search;
  const wanted = typed.trim();
  const { found, hasMore, isSearching, isOffline, error } = useInstantSearch(typed, MOST);
  const navigate = useNavigate();
  const ids = wanted === "" ? [] : [...found.map(({ node }) => node.id), ALL];
  const count = ids.length;
  // By id: an answer that comes meanwhile must not put something else below the choice.
  const [chosen, setChosen] = useState<{ readonly wanted: string; readonly id: string } | null>(null);
  const active = chosen?.wanted === wanted ? ids.indexOf(chosen.id) : -1;
  const choose = (index: number): void => {
    const id = ids[index];
    setChosen(id === undefined ? null : { wanted, id });
  };

  const open = (index: number): void => {
    const chosen = found[index];
    onDone();
    void (chosen ? navigate(addressOf(chosen)) : navigate({ to: "/search", search: { q: wanted } }));
  };
  const onKey = (key: string): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined) choose(((active + 1 + step + count + 1) % (count + 1)) - 1);
    else if (key === "Enter" && active >= 0) open(active);
    else return false;
    return true;
  };
  useEffect(() => {
    keys.current = onKey;
    return () => {
      keys.current = null;
    };
  });
  const activeId = count === 0 ? null : active < 0 ? "" : `${id}-${active}`;
  useEffect(() => onActive(activeId), [onActive, activeId]);
  useEffect(() => () => onActive(null), [onActive]);
  const problem = error === null ? null : (problemText(error) ?? errorText(error));
  const isNothing = wanted !== "" && found.length === 0 && !isSearching && problem === null;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  return (
    // The field keeps the focus.
    <div className={classes.panel} onMouseDown={(event) => event.preventDefault()}>
      {wanted === "" && <SearchHints />}
      {isOffline && <p className={classes.note}>{text.offline}</p>}
      {problem !== null && (
        // Said below, too.
        <p className={classes.note} aria-hidden>
          {problem}
        </p>
      )}
      {isNothing && <p className={classes.note}>{text.empty}</p>}
      {count > 0 && (
        <div ref={list} id={id} role="listbox" aria-label={text.instant} className={classes.list}>
          {found.map((each, index) => (
            <Option
              key={each.node.id}
              id={`${id}-${index}`}
              isActive={index === active}
              onPoint={() => choose(index)}
              onOpen={() => open(index)}
              icon={<NodeIcon name={each.node.name} type={each.node.type} size={22} />}
            >
              <FoundLines found={each} />
            </Option>
          ))}
          <Option
            id={`${id}-${found.length}`}
            isActive={active === found.length}
            onPoint={() => choose(found.length)}
            onOpen={() => open(found.length)}
            icon={isSearching ? <Loader size={18} aria-hidden /> : <IconSearch size={20} stroke={1.7} aria-hidden />}
          >
            <span className={classes.name}>{text.all(wanted)}</span>
          </Option>
        </div>
      )}
      <div role="status" className={unseen.unseen}>
        {wanted !== "" &&
          (isSearching
            ? text.searching
            : (problem ?? (hasMore ? text.countOrMore(found.length) : text.count(found.length))))}
      </div>
    </div>
  );
}

interface OptionProps {
  readonly id: string;
  readonly isActive: boolean;
  readonly onPoint: () => void;
  readonly onOpen: () => void;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

function Option({ id, isActive, onPoint, onOpen, icon, children }: OptionProps): ReactNode {
  return (
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className={classes.option}
      onPointerMove={onPoint}
      onClick={onOpen}
    >
      {icon}
      <span className={classes.words}>{children}</span>
    </div>
  );
}

function FoundLines({ found: { node, where, owner, nameMarks, snippets } }: { readonly found: Found }): ReactNode {
  const [snippet] = snippets;
  return (
    <>
      <span className={classes.name}>
        <Marked text={node.name} marks={nameMarks} />
      </span>
      <span className={classes.where}>{owner === null ? where : `${where} · ${strings.search.byOwner(owner)}`}</span>
      {snippet && (
        <span className={classes.snippet}>
          <MarkedSnippet snippet={snippet} />
        </span>
      )}
    </>
  );
}
