import { useMemo, type Dispatch, type SetStateAction } from "react";
import { useCommands, type Command } from "../commands/commands.ts";
import { strings } from "../strings/strings.ts";
import type { EntryAction } from "./entry-actions.ts";
import { selectAll, type Selection } from "./selection.ts";

/** Offers what can be done to what is selected in a list that is no folder. */
export function useListCommands(
  actions: readonly EntryAction[],
  setSelection: Dispatch<SetStateAction<Selection>>,
): void {
  const commands = useMemo<readonly Command[]>(
    () => [
      {
        id: "list.all",
        title: strings.files.selectAll,
        group: strings.commands.groups.list,
        keys: ["mod+A"],
        run: () => setSelection(selectAll),
      },
      ...actions
        .filter((action) => action.keys !== "Enter")
        .map((action) => ({
          id: `entry.${action.id}`,
          title: action.title,
          group: strings.commands.groups.onSelection,
          ...(action.keys === undefined ? {} : { keys: [action.keys] }),
          run: action.run,
        })),
    ],
    [actions, setSelection],
  );
  useCommands(commands);
}
