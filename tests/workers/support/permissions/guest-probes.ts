import type { ModelLink } from "./shapes.ts";
import { bodiesIn, NEVER, newest, Probing, same } from "./probing.ts";

/** Asks as guests of links. */
export class GuestProbes extends Probing {
  /** What a guest of a link is shown, with and without its password. */
  async check(link: ModelLink): Promise<void> {
    const isUnlocked = this.world.random.chance(0.7);
    const isGone = link.revoked || this.model.suspended.has(link.owner);
    const isLocked = link.hasPassword && !isUnlocked;
    const asks = async (expected: string, method: string, path: string, json?: unknown) => {
      const outcome = isGone ? "404 not_found" : isLocked ? "401 password_required" : expected;
      const answer = await this.world.asGuest(link, isUnlocked, method, path, json);
      if (answer.outcome !== outcome)
        throw new Error(
          `a guest of ${JSON.stringify(link)}: ${method} ${path}: ${answer.outcome}, not ${outcome}: ${answer.text}`,
        );
      return answer;
    };
    const reached = this.model.reached(link);
    const isReached = (id: string) => reached.some((node) => node.id === id);
    await asks(this.model.isOpen(link) ? "200" : "404 not_found", "GET", "");
    const ids = [...this.model.nodes.keys()];
    const zip = { view: "403 forbidden", download: "404 not_found", upload: "404 not_found" }[link.permission];
    const zipped = await asks(zip, "POST", "/zip", { ids: [...ids, NEVER] });
    if (!isGone && !isLocked && link.permission === "download")
      same(
        zipped.ids,
        [...ids, NEVER].filter((id) => !isReached(id)),
        "what a guest's zip has not",
      );
    const all = [...this.model.nodes.values()];
    for (const node of [this.world.random.pick(all), this.world.random.pick(reached.length > 0 ? reached : all)]) {
      const when = (status: string) => (isReached(node.id) ? status : "404 not_found");
      await asks(when("200"), "GET", `/nodes/${node.id}`);
      await asks(when(node.type === "file" ? "409 not_a_folder" : "200"), "GET", `/children?folder=${node.id}`);
      const file = await asks(when(node.type === "file" ? "200" : "409 not_a_file"), "GET", `/files/${node.id}`);
      if (file.status === 200) same(bodiesIn(file), newest([node]), "a guest's file");
    }
    const { outcome } = await this.world.asGuest(link, isUnlocked, "POST", "/drops", { guest: "Guest" });
    const mayDrop = this.model.isOpen(link) && !isLocked && link.permission === "upload";
    if (mayDrop !== outcome.startsWith("20")) throw new Error(`a guest's drop is ${outcome}`);
  }
}
