import { useContext, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { nameKey, splitExtension } from "../../../core/names.ts";
import type { Entry } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";
import classes from "./entry-grid.module.css";
import { nameText } from "./name-text.ts";
import { RenameContext } from "./rename-context.ts";
import { useTakenNames } from "./use-taken-names.ts";

/** A name while it is edited, in its place. Enter takes it, Escape does not; leaving takes it where it can be taken. */
export function RenameField({ entry }: { readonly entry: Entry }): ReactNode {
  const taken = useTakenNames(entry.parent ?? "");
  const { onRename, onEnd } = useContext(RenameContext);
  const [name, setName] = useState(entry.name);
  const field = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  useLayoutEffect(() => {
    field.current?.focus();
    const stem = entry.type === "file" ? splitExtension(entry.name)[0] : entry.name;
    field.current?.setSelectionRange(0, stem.length);
    // Once, when the field appears: what comes from elsewhere must not move the caret.
  }, []);

  const isTaken = (): boolean => nameKey(name) !== nameKey(entry.name) && taken.has(nameKey(name));
  const problem = name === entry.name ? null : (nameText(name) ?? (isTaken() ? strings.files.nameTaken : null));

  const end = (isTaking: boolean, returnsFocus: boolean): void => {
    if (isOver.current) return;
    isOver.current = true;
    if (isTaking && name !== entry.name) onRename(entry, name);
    onEnd(returnsFocus);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // The list's own keys are not for this field.
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") end(false, true);
    if (event.key === "Enter" && problem === null) end(true, true);
  };
  return (
    <span className={classes.rename}>
      <input
        ref={field}
        className={classes.renameField}
        value={name}
        aria-label={strings.files.nameOf(entry.name)}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : "rename-problem"}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => end(problem === null, false)}
      />
      {problem !== null && (
        <span id="rename-problem" className={classes.renameProblem} role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}
