import { IconSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { showCommandWindow } from "../commands/command-windows.ts";
import { keysText } from "../commands/keys-text.ts";
import { strings } from "../strings/strings.ts";
import classes from "./search-button.module.css";

/** Opens the palette; looks like the field that it leads to. */
export function SearchButton(): ReactNode {
  return (
    <button
      type="button"
      className={classes.search}
      aria-label={strings.app.search}
      aria-haspopup="dialog"
      onClick={() => showCommandWindow("palette")}
    >
      <IconSearch size={18} stroke={1.8} aria-hidden />
      <span className={classes.text}>{strings.app.search}</span>
      <kbd className={classes.keys}>{keysText("mod+K")}</kbd>
    </button>
  );
}
