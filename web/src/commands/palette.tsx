import { Kbd, Modal } from "@mantine/core";
import { IconBolt, IconSearch } from "@tabler/icons-react";
import { useNavigate, type UseNavigateResult } from "@tanstack/react-router";
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { findKnown } from "../files/find-known.ts";
import { foldedName } from "../files/name-order.ts";
import { runSliced } from "../files/sliced.ts";
import { addressOf, type Found } from "../search/found.ts";
import { isOfComposition, useComposed } from "../search/use-composed.ts";
import { useInstantSearch } from "../search/use-instant-search.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { offeredCommands, onCommands, type Command } from "./commands.ts";
import { keyCaps } from "./keys-text.ts";
import classes from "./palette.module.css";

/** Something to choose. */
interface Choice {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly icon: ReactNode;
  /** Where an entry is. */
  readonly note?: string;
  readonly keys?: string;
  readonly run: () => void;
}

const MOST_ENTRIES = 30;
/** Of what the server finds. */
const MOST_HITS = 12;
const NONE: readonly Entry[] = [];

/** Finds commands, the entries that this browser has seen, by their names, and what the server finds. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const [composed, composition] = useComposed(wanted);
  const choices = useChoices(wanted, composed);
  const list = useId();
  const active = Math.min(at, choices.length - 1);
  const listElement = useRef<HTMLDivElement>(null);
  useEffect(() => {
    listElement.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, choices]);

  const run = (choice: Choice | undefined): void => {
    if (!choice) return;
    onClose();
    // After the palette has given the focus back: what is run may take it.
    setTimeout(choice.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isOfComposition(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((active + step + choices.length) % Math.max(choices.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(choices[active]);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      radius="lg"
      size="lg"
      padding={0}
      yOffset="12vh"
      attributes={{ content: { "aria-label": strings.commands.palette } }}
      transitionProps={{ duration: 100 }}
    >
      <div className={classes.search}>
        <IconSearch size={20} stroke={1.8} aria-hidden />
        <input
          className={classes.field}
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={choices[active] ? `${list}-${active}` : undefined}
          aria-autocomplete="list"
          aria-label={strings.commands.paletteField}
          placeholder={strings.commands.paletteField}
          value={wanted}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          {...composition}
        />
      </div>
      <div ref={listElement} id={list} role="listbox" aria-label={strings.commands.palette} className={classes.list}>
        {choices.map((choice, index) => (
          <ChoiceLine
            key={choice.id}
            id={`${list}-${index}`}
            choice={choice}
            isFirstOfGroup={choices[index - 1]?.group !== choice.group}
            isActive={index === active}
            onPoint={() => setAt(index)}
            onRun={() => run(choice)}
          />
        ))}
      </div>
      {choices.length === 0 && <p className={classes.nothing}>{strings.commands.nothingFound}</p>}
    </Modal>
  );
}

interface ChoiceLineProps {
  readonly id: string;
  readonly choice: Choice;
  readonly isFirstOfGroup: boolean;
  readonly isActive: boolean;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}

function ChoiceLine({ id, choice, isFirstOfGroup, isActive, onPoint, onRun }: ChoiceLineProps): ReactNode {
  return (
    <>
      {isFirstOfGroup && (
        <div className={classes.group} role="presentation">
          {choice.group}
        </div>
      )}
      <div
        id={id}
        role="option"
        aria-selected={isActive}
        className={classes.choice}
        onPointerMove={onPoint}
        onClick={onRun}
      >
        {choice.icon}
        <span className={classes.title}>{choice.title}</span>
        {choice.note !== undefined && <span className={classes.note}>{choice.note}</span>}
        {choice.keys !== undefined && (
          <span className={classes.keys}>
            {keyCaps(choice.keys).map((cap) => (
              <Kbd key={cap} size="xs">
                {cap}
              </Kbd>
            ))}
          </span>
        )}
      </div>
    </>
  );
}

/** @param composed - What the server is asked for. */
function useChoices(wanted: string, composed: string): readonly Choice[] {
  const drive = useDrive();
  const navigate = useNavigate();
  const commands = useSyncExternalStore(onCommands, offeredCommands);
  const [found, setFound] = useState(NONE);
  useEffect(() => {
    if (wanted.trim() === "") {
      setFound(NONE);
      return undefined;
    }
    return runSliced(findKnown(drive, wanted, MOST_ENTRIES), setFound);
  }, [drive, wanted]);
  const { found: hits } = useInstantSearch(composed, MOST_HITS);
  return useMemo(() => {
    const words = foldedName(wanted).split(/\s+/).filter(Boolean);
    const isWanted = ({ title, group }: Command): boolean => {
      const text = foldedName(`${title} ${group}`);
      return words.every((word) => text.includes(word));
    };
    const groups = strings.commands.groups;
    const rank = [groups.onSelection, groups.inFolder, groups.go, groups.app];
    const offered = commands
      .filter((command) => command.id !== "app.palette" && (command.isEnabled?.() ?? true) && isWanted(command))
      .map(commandChoice)
      .sort((a, b) => rank.indexOf(a.group) - rank.indexOf(b.group));
    const entries = found.map((entry) => entryChoice(drive, entry, navigate));
    const seen = new Set(found.map(({ id }) => id));
    // Last, so that what comes later moves nothing that may be chosen just now.
    const others = hits.filter(({ node }) => !seen.has(node.id)).map((each) => hitChoice(each, navigate));
    return [...entries, ...offered, ...others];
  }, [drive, navigate, commands, found, hits, wanted]);
}

function commandChoice(command: Command): Choice {
  return {
    id: command.id,
    title: command.title,
    group: command.group,
    icon: <IconBolt size={20} stroke={1.6} aria-hidden />,
    ...(command.keys?.[0] === undefined ? {} : { keys: command.keys[0] }),
    run: command.run,
  };
}

function hitChoice(found: Found, navigate: UseNavigateResult<string>): Choice {
  const { node, where } = found;
  return {
    id: node.id,
    title: node.name,
    group: strings.commands.groups.found,
    icon: <NodeIcon name={node.name} type={node.type} size={20} />,
    note: where,
    run: () => void navigate(addressOf(found)),
  };
}

function entryChoice(drive: Drive, entry: Entry, navigate: UseNavigateResult<string>): Choice {
  const path = (drive.ancestors(entry.id) ?? []).map((each) => isolated(each.name) || strings.files.root).join(" / ");
  return {
    id: entry.id,
    title: entry.name,
    group: strings.commands.groups.entries,
    icon: <NodeIcon name={entry.name} type={entry.type} size={20} />,
    note: path,
    run: () => {
      if (entry.type === "folder") void navigate({ to: "/files/$folder", params: { folder: folderOf(entry) } });
      else void navigate({ to: "/file/$file", params: { file: entry.id } });
    },
  };
}
