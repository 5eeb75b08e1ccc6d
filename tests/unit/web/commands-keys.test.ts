import { describe, expect, test } from "vitest";
import type { Command } from "../../../web/src/commands/commands.ts";
import { commandFor, isPressed, keysOf, type Pressed } from "../../../web/src/commands/keys.ts";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const command = (id: string, keys: string, more: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: "",
  keys: [keys],
  run: () => undefined,
  ...more,
});
const PAGE = { isField: false, isDialog: false };

describe("keys of commands", () => {
  test("[B10] mod is Ctrl, on Apple's machines Command, and no other key may be held", () => {
    expect(isPressed(press("k", { ctrlKey: true }), "mod+K", false)).toBe(true);
    expect(isPressed(press("k", { metaKey: true }), "mod+K", true)).toBe(true);
    expect(isPressed(press("k", { metaKey: true }), "mod+K", false)).toBe(false);
    expect(isPressed(press("k", { ctrlKey: true, shiftKey: true }), "mod+K", false)).toBe(false);
    expect(isPressed(press("k", { ctrlKey: true, altKey: true }), "mod+K", false)).toBe(false);
    expect(isPressed(press("k"), "mod+K", false)).toBe(false);
  });

  test("[B10] signs are where a keyboard has them, with Shift or without", () => {
    expect(isPressed(press("?", { shiftKey: true }), "?", false)).toBe(true);
    expect(isPressed(press("/", { shiftKey: true }), "/", false)).toBe(true);
    expect(isPressed(press("/"), "/", false)).toBe(true);
    expect(isPressed(press("N", { shiftKey: true }), "shift+N", false)).toBe(true);
    expect(isPressed(press("n"), "shift+N", false)).toBe(false);
  });

  test("[B10] Delete is Command and Backspace where a keyboard has no Delete", () => {
    expect(isPressed(press("Delete"), "Delete", false)).toBe(true);
    expect(isPressed(press("Backspace", { metaKey: true }), "Delete", true)).toBe(true);
    expect(isPressed(press("Backspace"), "Delete", true)).toBe(false);
    expect(isPressed(press("Backspace"), "Delete", false)).toBe(false);
  });

  test("[B10] the last offered of those that can be done now is run", () => {
    const commands = [
      command("first", "Delete"),
      command("second", "Delete"),
      command("off", "Delete", { isEnabled: () => false }),
      command("elsewhere", "Delete", { isHeardElsewhere: true }),
    ];
    expect(commandFor(commands, press("Delete"), PAGE, false)?.id).toBe("second");
    expect(commandFor(commands, press("F2"), PAGE, false)).toBeUndefined();
  });

  test("[B10] a command is listed with the keys that run it, not with those that run another one now", () => {
    const search = { ...command("search", ""), keys: ["mod+shift+F", "/"] };
    const filter = command("filter", "/");
    expect(keysOf(search, [search, filter])).toEqual(["mod+shift+F"]);
    expect(keysOf(filter, [search, filter])).toEqual(["/"]);
    expect(keysOf(search, [search, { ...filter, isEnabled: () => false }])).toEqual(["mod+shift+F", "/"]);
    expect(keysOf(search, [search])).toEqual(["mod+shift+F", "/"]);
  });

  test("[B10] what is typed into a field or a dialog runs only what is meant for there", () => {
    const commands = [
      command("trash", "Delete"),
      command("palette", "mod+K", { inFields: true }),
      command("next", "ArrowRight", { inDialogs: true }),
    ];
    const field = { isField: true, isDialog: false };
    const dialog = { isField: false, isDialog: true };
    expect(commandFor(commands, press("Delete"), field, false)).toBeUndefined();
    expect(commandFor(commands, press("Delete"), dialog, false)).toBeUndefined();
    expect(commandFor(commands, press("k", { ctrlKey: true }), field, false)?.id).toBe("palette");
    expect(commandFor(commands, press("ArrowRight"), dialog, false)?.id).toBe("next");
  });
});
