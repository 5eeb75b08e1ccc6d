import { CloseButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import {
  Suspense,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type SubmitEvent,
} from "react";
import { showCommandWindow } from "../commands/command-windows.ts";
import { useCommands, type Command } from "../commands/commands.ts";
import { keysText } from "../commands/keys-text.ts";
import { strings } from "../strings/strings.ts";
import { part } from "../ui/part.ts";
import { QUERY_CHARACTERS, queryOf } from "./query-of.ts";
import classes from "./search-field.module.css";
import { isOfComposition, useComposed } from "./use-composed.ts";

const loadPanel = () => import("./search-panel.tsx");
const SearchPanel = part(() => loadPanel().then((file) => file.SearchPanel));
/** Milliseconds after which a page that was just drawn has time for what may be needed next, offline too. */
const SETTLED = 3_000;

/** The field in the top bar: shows what is found as one types; Enter leads to the page of results. */
export function SearchField(): ReactNode {
  const navigate = useNavigate();
  const shownQuery = useRouterState({
    select: ({ location }) => (location.pathname === "/search" ? queryOf(location.search) : ""),
  });
  const [typed, setTyped] = useState(shownQuery);
  const [composed, composition] = useComposed(typed);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  /** The panel's, once it is there: whether it has done something with a key. */
  const panelKeys = useRef<((key: string) => boolean) | null>(null);
  const list = useId();
  useEffect(() => setTyped(shownQuery), [shownQuery]);
  useEffect(() => {
    const timer = setTimeout(() => {
      void Promise.all([loadPanel(), import("./search-page.tsx")]).catch(() => undefined);
    }, SETTLED);
    return () => clearTimeout(timer);
  }, []);
  useFieldCommand(() => field.current?.select());

  const leave = (): void => {
    setOpen(false);
    document.querySelector("main")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isOfComposition(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (isOpen) setOpen(false);
      else if (typed !== "") setTyped("");
      else leave();
    } else if (event.key === "ArrowDown" && !isOpen) {
      event.preventDefault();
      setOpen(true);
    } else if (isOpen && panelKeys.current?.(event.key)) event.preventDefault();
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (typed.trim() === "") return;
    leave();
    void navigate({ to: "/search", search: { q: typed.trim() } });
  };
  return (
    <form
      role="search"
      className={classes.search}
      onSubmit={onSubmit}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
    >
      <IconSearch size={18} stroke={1.8} aria-hidden className={classes.icon} />
      <input
        ref={field}
        className={classes.field}
        role="combobox"
        aria-expanded={active !== null}
        {...(active !== null && { "aria-controls": list })}
        aria-activedescendant={active?.startsWith(list) ? active : undefined}
        aria-autocomplete="list"
        aria-label={strings.app.search}
        placeholder={strings.app.search}
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        maxLength={QUERY_CHARACTERS}
        value={typed}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        {...composition}
      />
      {typed !== "" && (
        <CloseButton
          size="sm"
          aria-label={strings.app.clearSearch}
          onClick={() => {
            setTyped("");
            field.current?.focus();
          }}
        />
      )}
      <button
        type="button"
        className={classes.keys}
        aria-label={strings.commands.palette}
        aria-haspopup="dialog"
        onClick={() => showCommandWindow("palette")}
      >
        <kbd>{keysText("mod+K")}</kbd>
      </button>
      {isOpen && (
        <Suspense>
          <SearchPanel id={list} typed={composed} keys={panelKeys} onActive={setActive} onDone={leave} />
        </Suspense>
      )}
    </form>
  );
}

/** Where a list has a filter of its own, `/` is that one's. */
function useFieldCommand(focus: () => void): void {
  const latest = useRef(focus);
  useEffect(() => {
    latest.current = focus;
  });
  const commands = useMemo<readonly Command[]>(
    () => [
      {
        id: "app.search",
        title: strings.app.search,
        group: strings.commands.groups.app,
        keys: ["mod+shift+F", "/"],
        run: () => latest.current(),
      },
    ],
    [],
  );
  useCommands(commands);
}
