import { Api } from "../../../client/api.ts";
import { HttpClient } from "../../../client/http.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";

/** The page's one line to the server; the browser sends the session's cookie with it. */
export const api = new Api(
  new HttpClient({ baseUrl: location.origin, clock: systemClock, random: Math.random, attempts: 4 }),
);
