import { describe, expect, it } from "vitest";
import type { ChunkRef } from "../../protocol/content.ts";
import type { Node } from "../../protocol/tree.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { index, namesFound, searchPage } from "./support/indexing.ts";

const encoder = new TextEncoder();

/** Somebody with files, whose index is up to date after `indexed`. */
class Person extends Belongings {
  readonly #chunks = new Map<string, ChunkRef>();

  static async signUp(): Promise<Person> {
    return new Person(await signUp());
  }

  async text(name: string, text: string, parent?: string, mtime = 1_700_000_000_000): Promise<Node> {
    const chunk = this.#chunks.get(text) ?? (await this.chunk(new Uint8Array(encoder.encode(text))));
    this.#chunks.set(text, chunk);
    const chunks = [chunk];
    return this.commitOne({
      type: "createFile",
      parent: parent ?? this.account.home.root,
      name,
      chunks,
      mtime,
    });
  }

  named(name: string, parent = this.account.home.root): Promise<Node> {
    return this.commitOne({ type: "createFolder", parent, name });
  }

  async find(q: string): Promise<string[]> {
    await index(this.account.home.space);
    return namesFound(this.account, q);
  }
}

describe("[F1] [F2] finding", () => {
  it("[F1] finds by name and by content, live ones only", async () => {
    const me = await Person.signUp();
    const folder = await me.named("Reports");
    await me.text("Quarterly Figures.txt", "Nothing to see.", folder.id);
    const file = await me.text("notes.txt", "The quarterly figures of the annual accounts.", folder.id);
    expect(await me.find("quarterly")).toEqual(["Quarterly Figures.txt", "notes.txt"]);
    expect(await me.find("quart")).toEqual(["Quarterly Figures.txt", "notes.txt"]);
    expect(await me.find("annual accounts")).toEqual(["notes.txt"]);
    await me.commitOne({ type: "trash", node: file.id });
    expect(await namesFound(me.account, "annual")).toEqual([]);
    await me.commitOne({ type: "restore", node: file.id });
    expect(await namesFound(me.account, "annual")).toEqual(["notes.txt"]);
    await me.commitOne({ type: "trash", node: folder.id });
    expect(await me.find("annual")).toEqual([]);
    const stranger = await Person.signUp();
    expect(await stranger.find("quarterly")).toEqual([]);
  });

  it("[F2] folds case, accents and width; finds CJK by two characters, compounds and names inside", async () => {
    const me = await Person.signUp();
    await me.text("Müller-Straße.txt", "Die Kündigungsfrist beträgt drei Monate.");
    await me.text("東京都庁.txt", "これは日本語のテキストです。");
    await me.text("budget2024final.txt", "ＦＵＬＬ width");
    expect(await me.find("muller")).toEqual(["Müller-Straße.txt"]);
    expect(await me.find("STRASSE")).toEqual(["Müller-Straße.txt"]);
    expect(await me.find("raß")).toEqual(["Müller-Straße.txt"]);
    expect(await me.find("frist")).toEqual(["Müller-Straße.txt"]);
    expect(await me.find("kundigungsfr")).toEqual(["Müller-Straße.txt"]);
    expect(await me.find("京都")).toEqual(["東京都庁.txt"]);
    expect(await me.find("日本")).toEqual(["東京都庁.txt"]);
    expect(await me.find("庁")).toEqual(["東京都庁.txt"]);
    expect(await me.find("2024")).toEqual(["budget2024final.txt"]);
    expect(await me.find("final")).toEqual(["budget2024final.txt"]);
    expect(await me.find("full")).toEqual(["budget2024final.txt"]);
    expect(await me.find("rage")).toEqual([]);
  });

  it("[F2] finds a name with a letter or two wrong where nothing has the word as it is", async () => {
    const me = await Person.signUp();
    await me.text("Reservation.txt", "x");
    await me.text("Invoice March.txt", "x");
    for (const typo of ["invocie", "inovice", "invoise", "nvoice", "invoicee", "bnvoice"]) {
      expect([typo, await me.find(typo)]).toEqual([typo, ["Invoice March.txt"]]);
    }
    const page = await searchPage(me.account, "resevration march");
    expect(page).toMatchObject({ hits: [], corrected: [] });
    expect((await searchPage(me.account, "resevration")).corrected).toEqual([
      { word: "resevration", instead: ["reservation"] },
    ]);
    await me.text("invocie of mine.txt", "x");
    expect(await me.find("invocie")).toEqual(["invocie of mine.txt"]);
  });
});

describe("[F4] operators", () => {
  it("[F4] phrase, not, type, in, before, after, size", async () => {
    const me = await Person.signUp();
    const tax = await me.named("Tax 2024");
    const inner = await me.named("inner", tax.id);
    await me.text("a.txt", "red green blue", inner.id, Date.UTC(2024, 4, 31, 23));
    await me.text("b.md", "green red blue", undefined, Date.UTC(2024, 5, 1));
    await me.text("c.txt", `red ${"x".repeat(2_000)}`, undefined, Date.UTC(2023, 0, 1));
    const find = async (q: string) => (await me.find(q)).toSorted();
    expect(await find("red")).toEqual(["a.txt", "b.md", "c.txt"]);
    expect(await find('"red green"')).toEqual(["a.txt"]);
    expect(await find("red -green")).toEqual(["c.txt"]);
    expect(await find('red -"green blue"')).toEqual(["b.md", "c.txt"]);
    expect(await find("type:markdown")).toEqual(["b.md"]);
    expect(await find("type:txt -type:md")).toEqual(["a.txt", "c.txt"]);
    expect(await find("type:folder")).toEqual(["Tax 2024", "inner"]);
    expect(await find('in:"tax 2024"')).toEqual(["a.txt", "inner"]);
    expect(await find('in:"tax 2024/inner"')).toEqual(["a.txt"]);
    expect(await find(`red -in:${tax.id}`)).toEqual(["b.md", "c.txt"]);
    expect(await find("red before:2024-06")).toEqual(["a.txt", "c.txt"]);
    expect(await find("after:2024-06-01")).toEqual(["b.md"]);
    expect(await find("after:2024 before:2024-06-01")).toEqual(["a.txt"]);
    expect(await find("size:>1kb")).toEqual(["c.txt"]);
    expect(await find("size:<=1kb")).toEqual(["a.txt", "b.md"]);
    expect(await find("owner:me red")).toEqual(["a.txt", "b.md", "c.txt"]);
    expect(await find("owner:somebody red")).toEqual([]);
    expect(await find("-red")).toEqual(["Tax 2024", "inner"]);
  });

  it("[F4] an ending in any of its spellings", async () => {
    const me = await Person.signUp();
    for (const name of ["a.jpg", "b.JPEG", "c.htm", "d.html", "e.png"]) await me.text(name, "red");
    const find = async (q: string) => (await me.find(q)).toSorted();
    expect(await find("type:jpg")).toEqual(["a.jpg", "b.JPEG"]);
    expect(await find("type:.jpeg")).toEqual(["a.jpg", "b.JPEG"]);
    expect(await find("red -type:html -type:jpg")).toEqual(["e.png"]);
  });

  it("[F4] says what a malformed operator takes", async () => {
    const me = await Person.signUp();
    for (const q of ["size:big", "before:soon", "after:2024-13", "type:", "in:", "owner:", "-size:>1"]) {
      const answer = await me.account.api(`/search?q=${encodeURIComponent(q)}`);
      expect([q, await problemOf(answer)]).toEqual([q, "400 invalid_search"]);
    }
    expect(await me.find("note: 10:30 https://example.org")).toEqual([]);
  });
});

describe("[F3] [F5] order, pages and snippets", () => {
  it("[F3] names before content, phrases before scattered words, new before old; the same at every page", async () => {
    const me = await Person.signUp();
    const now = Date.now();
    await me.text("1.txt", "delta then much later alpha", undefined, now - 9e10);
    await me.text("2.txt", "delta then much later alpha", undefined, now);
    await me.text("3.txt", "an alpha delta here", undefined, now - 9e10);
    await me.text("Alpha of delta.txt", "none", undefined, now - 9e10);
    const expected = ["Alpha of delta.txt", "3.txt", "2.txt", "1.txt"];
    expect(await me.find("alpha delta")).toEqual(expected);
    for (const limit of [1, 2, 3]) expect(await namesFound(me.account, "alpha delta", limit)).toEqual(expected);
    const other = await searchPage(me.account, "alpha delta", { limit: 1 });
    const stray = await me.account.api(`/search?q=other&cursor=${other.next}`);
    expect(await problemOf(stray)).toBe("400 invalid_cursor");
  });

  it("[F5] shows path, and what matched by its position", async () => {
    const me = await Person.signUp();
    const folder = await me.named("Böden");
    const text = `${"word ".repeat(100)}<b>Grüße</b> aus Köln ${"word ".repeat(100)}`;
    await me.text("brief.txt", text, folder.id);
    await index(me.account.home.space);
    const [hit] = (await searchPage(me.account, "grusse koln")).hits;
    expect(hit).toMatchObject({ path: "/Böden/brief.txt", matched: "text", shared: null });
    expect(hit?.ancestors).toEqual([
      { id: me.account.home.root, name: "" },
      { id: folder.id, name: "Böden" },
    ]);
    const [snippet] = hit?.snippets ?? [];
    expect(snippet?.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(["Grüße", "Köln"]);
    expect(snippet).toMatchObject({ startsCut: true, endsCut: true });
    expect(snippet?.text).toContain("<b>Grüße</b> aus Köln");
    const [named] = (await searchPage(me.account, "rie")).hits;
    expect(named).toMatchObject({ matched: "name", nameMarks: [[1, 4]], snippets: [] });
  });
});
