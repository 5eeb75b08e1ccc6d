import { describe, expect, it } from "vitest";
import { mergeTexts, standing } from "../../../web/src/viewer/edit/merge.ts";

describe("two edits of one text", () => {
  const base = "one\ntwo\nthree\nfour\nfive\n";

  it("[B14] are both in the merged text where they do not overlap", () => {
    const mine = base.replace("five", "FIVE");
    const theirs = base.replace("one", "ONE");
    expect(mergeTexts(base, mine, theirs)).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
  });

  it("[B14] are not merged where they changed the same lines", () => {
    expect(mergeTexts(base, base.replace("two", "mine"), base.replace("two", "theirs"))).toBeNull();
  });

  it("[B14] are one where only one side changed, or both alike", () => {
    const changed = base.replace("two", "2");
    expect(mergeTexts(base, changed, base)).toBe(changed);
    expect(mergeTexts(base, base, changed)).toBe(changed);
    expect(mergeTexts(base, changed, changed)).toBe(changed);
  });
});

describe("how an edited text stands", () => {
  const state = { base: 3, newest: 3, isDirty: true, isSaving: false };

  it("[B14] is a conflict only where both sides changed", () => {
    expect(standing(state)).toBe("current");
    expect(standing({ ...state, newest: 4 })).toBe("conflict");
    expect(standing({ ...state, newest: 4, isDirty: false })).toBe("newer");
  });

  it("[B14] takes its own save for no conflict", () => {
    expect(standing({ ...state, newest: 4, isSaving: true })).toBe("current");
  });
});
