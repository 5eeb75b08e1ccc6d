import { expect, it } from "vitest";
import { readEmails } from "../../../web/src/sharing/emails.ts";

it("[M4] a pasted list of people gives their addresses, each once, and what is none", () => {
  const list = "Ada <Ada@Example.org>, bo@example.org; cy@example.co.uk\nmailto:bo@example.org\tDé <dé@exämple.org>";
  expect(readEmails(list)).toEqual({
    emails: ["ada@example.org", "bo@example.org", "cy@example.co.uk", "dé@exämple.org"],
    wrong: [],
  });
  expect(readEmails("a@b.de c@d.de")).toEqual({ emails: ["a@b.de", "c@d.de"], wrong: [] });
  expect(readEmails("wrong@, @example.org, a@b, two@@example.org, x@.org").emails).toEqual([]);
  expect(readEmails("wrong@, a@b").wrong).toEqual(["wrong@", "a@b"]);
  expect(readEmails(" ,;\n")).toEqual({ emails: [], wrong: [] });
  expect(readEmails(`${"a".repeat(60)}@${"b".repeat(250)}.org`).emails).toEqual([]);
});
