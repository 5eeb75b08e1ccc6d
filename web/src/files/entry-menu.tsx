import { Drawer, Menu } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import { keysText } from "../commands/keys-text.ts";
import { strings } from "../strings/strings.ts";
import type { EntryAction } from "./entry-actions.ts";
import classes from "./entry-menu.module.css";

interface EntryMenuProps {
  readonly title: string;
  readonly actions: readonly EntryAction[];
  /** Pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
}

/** What can be done to what is selected: a menu at the pointer, on a phone a sheet from below. */
export function EntryMenu(props: EntryMenuProps): ReactNode {
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  return isNarrow ? <Sheet {...props} /> : <PointerMenu {...props} />;
}

function PointerMenu({ title, actions, at, onClose }: EntryMenuProps): ReactNode {
  return (
    <Menu
      opened
      onChange={(isOpen) => !isOpen && onClose()}
      position="bottom-start"
      offset={2}
      radius="md"
      shadow="lg"
      width={232}
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 80 }}
    >
      <Menu.Target>
        <span className={classes.at} role="button" aria-label={title} style={{ left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={title}>
        {actions.flatMap(({ id, title, icon: Look, keys, isDanger, endsGroup, run }) => [
          <Menu.Item
            key={id}
            leftSection={<Look size={18} stroke={1.7} aria-hidden />}
            rightSection={keys && <span className={classes.keys}>{keysText(keys)}</span>}
            {...(isDanger ? { className: classes.danger } : {})}
            onClick={run}
          >
            {title}
          </Menu.Item>,
          endsGroup && <Menu.Divider key={`${id} end`} />,
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}

function Sheet({ title, actions, onClose }: EntryMenuProps): ReactNode {
  return (
    <Drawer
      opened
      onClose={onClose}
      position="bottom"
      size="auto"
      title={title}
      closeButtonProps={{ "aria-label": strings.files.close }}
      classNames={{ content: classes.sheet, title: classes.sheetTitle }}
    >
      <ul className={classes.list}>
        {actions
          .filter((action) => !action.isForKeyboard)
          .map(({ id, title, icon: Look, isDanger, run }) => (
            <li key={id}>
              <button
                type="button"
                className={classes.item}
                data-danger={isDanger || undefined}
                onClick={() => {
                  onClose();
                  run();
                }}
              >
                <Look size={22} stroke={1.6} aria-hidden />
                {title}
              </button>
            </li>
          ))}
      </ul>
    </Drawer>
  );
}
