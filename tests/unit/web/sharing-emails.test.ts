import { expect, it } from "vitest";
import { Invite } from "../../../protocol/members.ts";
import { readEmails } from "../../../web/src/sharing/emails.ts";

it("[M4] a pasted list of people gives their addresses, each once, and what is none", () => {
  const list =
    "Ada <Ada@Example.org>, bo@example.org; cy@example.co.uk\nmailto:bo@example.org \tDy <d.y+z@sub.example.org>";
  expect(readEmails(list)).toEqual({
    emails: ["ada@example.org", "bo@example.org", "cy@example.co.uk", "d.y+z@sub.example.org"],
    wrong: [],
  });
  expect(readEmails("a@b.de c@d.de")).toEqual({ emails: ["a@b.de", "c@d.de"], wrong: [] });
  expect(readEmails("wrong@, @example.org, a@b, two@@example.org, x@.org").emails).toEqual([]);
  expect(readEmails("wrong@, a@b").wrong).toEqual(["wrong@", "a@b"]);
  expect(readEmails("a..b@c.de, .a@b.de, dé@exämple.org, a b@c.de").emails).toEqual(["b@c.de"]);
  expect(readEmails(" ,;\n")).toEqual({ emails: [], wrong: [] });
  expect(readEmails(`${"a".repeat(60)}@${"b".repeat(250)}.org`).emails).toEqual([]);
});

it("[M4] takes as an address what the server takes as one", () => {
  const some =
    "a@b.de a.b@c.de a-b@c-d.de _a@b.co a'b@c.de a@b a@b.c @b.de a@.de a@-b.de a@b..de a.@b.de a@b-.de é@b.de a@b.d1";
  for (const email of some.split(" "))
    expect(readEmails(email).emails.length > 0, email).toBe(Invite.safeParse({ emails: [email] }).success);
});
