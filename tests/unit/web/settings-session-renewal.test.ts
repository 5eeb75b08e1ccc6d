import type * as SessionRenewal from "../../../web/src/session/session-renewal.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";

const AT = "https://files.example.com/api";

/** A page of its own: what it knows of renewals is the module's. */
async function newPage(): Promise<typeof SessionRenewal> {
  vi.resetModules();
  return import("../../../web/src/session/session-renewal.ts");
}

/** A server whose session is replaced while it answers slowly. */
class Server {
  session = "old";
  readonly asked: string[] = [];

  /** Refuses the old session from the beginning; answers, with the new one, when told. */
  renew(): { readonly send: () => Promise<Response>; readonly answer: () => void } {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const send = (): Promise<Response> => {
      this.session = "ended";
      return promise;
    };
    const answer = (): void => {
      this.session = "new";
      resolve(new Response("{}"));
    };
    return { send, answer };
  }

  readonly ask = (): Promise<Response> => {
    this.asked.push(this.session);
    return Promise.resolve(new Response("", { status: this.session === "ended" ? 401 : 200 }));
  };
}

describe.each(["with locks", "without locks"])("[A7] a session that is replaced, %s", (kind) => {
  beforeEach(() => {
    vi.unstubAllGlobals();
    if (kind === "without locks") vi.stubGlobal("navigator", {});
  });

  it("[A7] is no end of the session for what was sent meanwhile: it is sent again once the new one is there", async () => {
    const { sendInSession } = await newPage();
    const server = new Server();
    const { send, answer } = server.renew();
    const renewed = sendInSession(`${AT}/auth/change-password`, send);
    await vi.waitFor(() => expect(server.session).toBe("ended"));
    const meanwhile = sendInSession(`${AT}/sync/subscribe`, server.ask);
    await vi.waitFor(() => expect(server.asked).toEqual(["ended"]));
    answer();
    expect((await meanwhile).status).toBe(200);
    expect((await renewed).status).toBe(200);
    expect(server.asked).toEqual(["ended", "new"]);
  });

  it("[A7] that really is over is told after one more try", async () => {
    const { sendInSession } = await newPage();
    const server = new Server();
    server.session = "ended";
    expect((await sendInSession(`${AT}/account`, server.ask)).status).toBe(401);
    expect(server.asked).toHaveLength(2);
  });

  it("[A4] what the ways in refuse is not sent twice", async () => {
    const { sendInSession } = await newPage();
    const server = new Server();
    server.session = "ended";
    await sendInSession(`${AT}/auth/sign-in/email`, server.ask);
    expect(server.asked).toHaveLength(1);
  });

  it("[A7] a renewal that fails holds nobody up", async () => {
    const { sendInSession } = await newPage();
    const server = new Server();
    const failed = sendInSession(`${AT}/auth/two-factor/disable`, () => Promise.reject(new TypeError("fetch failed")));
    await expect(failed).rejects.toThrow("fetch failed");
    expect((await sendInSession(`${AT}/account`, server.ask)).status).toBe(200);
  });
});
