import { describe, expect, it } from "vitest";
import { browserOf } from "../../../core/user-agent.ts";
import { dayText } from "../../../web/src/settings/day-text.ts";
import { passwordStrength } from "../../../web/src/settings/password-strength.ts";

describe("[A7] what a session is used by", () => {
  const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
  it.each([
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, "Chrome", "Linux"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0`, "Edge", "Windows"],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/128.0 Safari/537.36 OPR/114.0`, "Opera", "Windows"],
    [`Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/27.0 Chrome/125.0`, "Samsung Internet", "Android"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.1 Safari/605", "Safari", "Mac"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/142 Safari/604", "Chrome", "iPhone"],
    ["Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604", "Safari", "iPad"],
    ["Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Linux"],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, "Chrome", "ChromeOS"],
    ["node", undefined, undefined],
    ["curl/8.5.0", undefined, undefined],
    ["", undefined, undefined],
  ])("[A7] is told by the header: %s", (userAgent, browser, system) => {
    expect(browserOf(userAgent)).toEqual({ browser, system });
  });
});

describe("[B2] the hint at a password's strength", () => {
  it.each([
    ["a1!Xy", "short"],
    ["aaaaaaaaaaaa", "weak"],
    ["password1234", "weak"],
    ["qwertyqwerty", "weak"],
    ["1234567890", "weak"],
    ["2026-11-22-x", "fair"],
    ["moss grows on rocks", "good"],
    ["correct horse battery staple", "strong"],
    ["kT9#vLq2$wZx7!Rm", "strong"],
  ])("[B2] %s is %s", (password, strength) => {
    expect(passwordStrength(password, 10)).toBe(strength);
  });

  it("[B2] never falls where something unlike what is there is added", () => {
    const order = ["short", "weak", "fair", "good", "strong"];
    const text = "Moss & granite, 7 ledges";
    const ranks = Array.from(text, (_, at) => order.indexOf(passwordStrength(text.slice(0, at + 1), 10)));
    expect(ranks).toEqual([...ranks].sort((one, other) => one - other));
  });
});

describe("[B16] days", () => {
  const now = new Date(2026, 10, 22, 0, 30).getTime();
  it.each([
    [new Date(2026, 10, 22, 0, 5), "today"],
    [new Date(2026, 10, 21, 23, 55), "yesterday"],
    [new Date(2026, 10, 19, 12), "3 days ago"],
    [new Date(2026, 8, 22), "2 months ago"],
  ])("[B16] %s is %s", (at, text) => {
    expect(dayText(at.getTime(), now)).toBe(text);
  });
});
