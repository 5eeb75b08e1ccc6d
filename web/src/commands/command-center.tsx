import { useMantineColorScheme, useComputedColorScheme } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, type ReactNode } from "react";
import { leave } from "../app/leave.ts";
import { useDrive } from "../drive/drive-context.ts";
import { ConflictCenter } from "../files/conflict-center.tsx";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/strings.ts";
import { undoMove } from "../transfers/last-move.ts";
import { lazy } from "../ui/lazy.tsx";
import { showCommandWindow, useCommandWindow } from "./command-windows.ts";
import { offeredCommands, useCommands, type Command } from "./commands.ts";
import { commandFor, isTextField } from "./keys.ts";
import { isApple } from "./keys-text.ts";

const Palette = lazy(() => import("./palette.tsx").then((file) => file.Palette));
const SignOutDialog = lazy(() => import("../app/sign-out-dialog.tsx").then((file) => file.SignOutDialog));
const ShortcutSheet = lazy(() => import("./shortcut-sheet.tsx").then((file) => file.ShortcutSheet));

/** Hears the keys; shows palette, shortcuts, and what moves ask. Once, inside the shell. */
export function CommandCenter(): ReactNode {
  useKeys();
  useAppCommands();
  const opened = useCommandWindow();
  const close = (): void => showCommandWindow(null);
  return (
    <Suspense>
      {opened === "palette" && <Palette onClose={close} />}
      {opened === "shortcuts" && <ShortcutSheet onClose={close} />}
      {opened === "sign-out" && <SignOutDialog onClose={close} />}
      <ConflictCenter />
    </Suspense>
  );
}

function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const isDialog = document.querySelector('[aria-modal="true"], [role="menu"]') !== null;
      const place = { isField: isTextField(event.target), isDialog };
      const command = commandFor(offeredCommands(), event, place, isApple());
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** What can be done on every page. */
function useAppCommands(): void {
  const drive = useDrive();
  const { id: account } = useAccount();
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  const commands = useMemo<readonly Command[]>(() => {
    const text = strings.commands;
    const go = (
      to: "/files" | "/starred" | "/shared/{-$section}" | "/activity" | "/trash" | "/settings/{-$section}",
      title: string,
    ): Command => ({
      id: `go.${to}`,
      title,
      group: text.groups.go,
      run: () => void router.navigate({ to }),
    });
    const app = (id: string, title: string, run: () => void, keys: readonly string[] = []): Command => ({
      id: `app.${id}`,
      title,
      group: text.groups.app,
      keys,
      run,
    });
    return [
      go("/files", text.goFiles),
      go("/starred", text.goStarred),
      go("/shared/{-$section}", text.goShared),
      go("/activity", strings.app.activity),
      go("/trash", text.goTrash),
      go("/settings/{-$section}", text.goSettings),
      { ...app("palette", text.palette, () => showCommandWindow("palette"), ["mod+K"]), inFields: true },
      app("shortcuts", text.shortcuts, () => showCommandWindow("shortcuts"), ["?"]),
      app(
        "undo",
        text.undo,
        () => {
          const { connection, waiting } = drive.status();
          if (undoMove()) return;
          if (!drive.undoLast()) notifications.show({ message: text.nothingToUndo });
          else if (connection === "offline" && waiting > 0) notifications.show({ message: text.undoneLater });
        },
        ["mod+Z"],
      ),
      app("theme", text.theme, () => setColorScheme(scheme === "dark" ? "light" : "dark")),
      app("sign-out", text.signOut, () => void leave(account, drive.status().waiting)),
    ];
  }, [router, drive, account, setColorScheme, scheme]);
  useCommands(commands);
}
