import { describe, expect, it } from "vitest";
import type { Version } from "../../protocol/tree.ts";
import { sharer, sharerElsewhere } from "./support/people.ts";
import { Transferring } from "./support/transferring.ts";

describe("moving between owners", () => {
  it("[M11] a file moves into a shared folder of another shard with its versions, at once", async () => {
    const owner = await sharer();
    const member = await sharerElsewhere(owner);
    const folder = await owner.folder();
    await member.join(owner, folder.id);
    const file = await member.fileOfTwoVersions();
    const before = await member.send<{ versions: Version[] }>("GET", `/files/${file.id}/versions`);
    const world = new Transferring(member);
    const done = await world.move(file, folder.id);
    expect(done).toMatchObject({ state: "done", error: null, files: 1, bytes: 200, totalFiles: 1, totalBytes: 200 });
    const at = `/spaces/${folder.id}`;
    const after = await owner.send<{ versions: Version[] }>("GET", `${at}/files/${done.node}/versions`);
    const strip = ({ content, size, mtime, executable, createdAt, author, version }: Version) => ({
      content,
      size,
      mtime,
      executable,
      createdAt,
      author,
      version,
    });
    expect(after.versions.map(strip)).toEqual(before.versions.map(strip));
    expect(await member.node(file.id)).toMatchObject({ state: "trashed" });
  });
});
