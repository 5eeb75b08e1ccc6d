import { Menu } from "@mantine/core";
import { startTransition, useEffect, useRef, useState, type ReactNode } from "react";
import type { LazyMenuProps } from "./lazy-menu.tsx";
import classes from "./opened-menu.module.css";

/** A menu that opens as soon as it is there, from a button that gets the focus for it. */
export function OpenedMenu({ button, children, preload: _preload, ...looks }: LazyMenuProps): ReactNode {
  const [isOpened, setOpened] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // It stands where another button stood that had the focus, and gets it back from the menu.
    place.current?.querySelector("button")?.focus();
    // The items may have to be fetched: until then it stays closed.
    startTransition(() => setOpened(true));
  }, []);
  return (
    <Menu radius="md" shadow="md" {...looks} opened={isOpened} onChange={setOpened}>
      <span ref={place} className={classes.place}>
        <Menu.Target>{button}</Menu.Target>
      </span>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
