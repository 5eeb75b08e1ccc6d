import { Kbd, Modal } from "@mantine/core";
import { useSyncExternalStore, type ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import { offeredCommands, onCommands } from "./commands.ts";
import { keysOf } from "./keys.ts";
import { keyCaps } from "./keys-text.ts";
import classes from "./shortcut-sheet.module.css";

/** A line of the sheet. */
interface Shortcut {
  readonly title: string;
  readonly keys: readonly string[];
}

/** Keys that the list hears by itself. */
function listKeys(): readonly Shortcut[] {
  const text = strings.commands.keys;
  return [
    { title: text.move, keys: ["↑", "↓"] },
    { title: text.first, keys: ["Home", "End"] },
    { title: text.page, keys: ["PageUp", "PageDown"] },
    { title: text.extend, keys: ["shift+↓"] },
    { title: text.keep, keys: ["mod+↓"] },
    { title: text.toggle, keys: ["Space"] },
    { title: text.letters, keys: ["A … Z"] },
    { title: text.open, keys: ["Enter"] },
    { title: text.menu, keys: ["shift+F10"] },
    { title: text.back, keys: ["Backspace"] },
    { title: text.clear, keys: ["Escape"] },
  ];
}

/** All keys that do something now, by what they do it to. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const commands = useSyncExternalStore(onCommands, offeredCommands);
  const groups = new Map<string, Shortcut[]>();
  for (const command of commands) {
    const { group, title } = command;
    const keys = keysOf(command, commands);
    if (keys.length === 0) continue;
    groups.set(group, [...(groups.get(group) ?? []), { title, keys }]);
  }
  const hasList = commands.some((command) => command.group === strings.commands.groups.inFolder);
  return (
    <Modal opened onClose={onClose} title={strings.commands.shortcuts} centered radius="lg" size="xl">
      <div className={classes.groups}>
        {hasList && <Group title={strings.commands.groups.list} shortcuts={listKeys()} />}
        {[...groups].map(([title, shortcuts]) => (
          <Group key={title} title={title} shortcuts={shortcuts} />
        ))}
      </div>
    </Modal>
  );
}

function Group({ title, shortcuts }: { readonly title: string; readonly shortcuts: readonly Shortcut[] }): ReactNode {
  return (
    <section className={classes.group}>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.list}>
        {shortcuts.map((shortcut) => (
          <div key={shortcut.title} className={classes.shortcut}>
            <dt>{shortcut.title}</dt>
            <dd className={classes.keys}>
              {shortcut.keys.map((keys) => (
                <span key={keys} className={classes.chord}>
                  {keyCaps(keys).map((cap) => (
                    <Kbd key={cap}>{cap}</Kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
