interface Env {
  readonly BUCKET: R2Bucket;
}

/** `POST /key` puts the body as one R2 object, `GET /key` streams it back: no checks, no account, no metadata. */
export default {
  async fetch(request, env) {
    const key = new URL(request.url).pathname.slice(1);
    if (request.method === "POST") {
      await env.BUCKET.put(key, request.body);
      return new Response(null, { status: 201 });
    }
    const object = await env.BUCKET.get(key);
    if (!object) return new Response("not here\n", { status: 404 });
    return new Response(object.body, { headers: { "content-length": String(object.size) } });
  },
} satisfies ExportedHandler<Env>;
