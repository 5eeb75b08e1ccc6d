import { expect, test } from "vitest";
import { program } from "../../../cli/main.ts";
import { terminalLines } from "../../../web/src/ui/terminal-lines.ts";

const lines = Object.values(terminalLines).map((line) =>
  typeof line === "string" ? line : line("https://ledge.example"),
);

test.each(lines.flatMap((line) => line.split(" && ")))("[A8] the command line takes what the app shows: %s", (line) => {
  const ledge = program();
  const [npx, name, ...words] = line.split(" ");
  expect([npx, name]).toEqual(["npx", "ledge"]);
  const { operands, unknown } = ledge.parseOptions(words);
  const command = ledge.commands.find((each) => each.name() === operands[0]);
  const rest = command?.parseOptions([...operands.slice(1), ...unknown]);
  expect(rest?.unknown).toEqual([]);
  const required = command?.registeredArguments.filter((argument) => argument.required) ?? [];
  expect(rest?.operands.length).toBeGreaterThanOrEqual(required.length);
});
