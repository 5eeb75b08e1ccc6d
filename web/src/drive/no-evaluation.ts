import { config } from "zod";

/**
 * To be imported before any schema is made: the Content-Security-Policy refuses the evaluation that zod would try, to be
 * faster by, as the first object's schema is made.
 */
config({ jitless: true });
