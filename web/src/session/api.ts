import { Api } from "../../../client/api.ts";
import { HttpClient } from "../../../client/http.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { noteAnswer } from "./session-end.ts";
import { sendInSession } from "./session-renewal.ts";

/** The page's one line to the server; the browser sends the session's cookie with it. */
export const api = new Api(
  new HttpClient({
    baseUrl: location.origin,
    clock: systemClock,
    random: Math.random,
    attempts: 4,
    fetch: async (url, init) => {
      const answer = await sendInSession(url, () => fetch(url, init));
      noteAnswer(answer);
      return answer;
    },
  }),
);
