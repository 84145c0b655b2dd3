/** A bare Node HTTP server that answers 200 with an empty body to everything: what `/v1/authz` is measured against. */
import { createServer } from 'node:http';
import { serve } from './processes.mjs';

serve({
  listen: ({ port }) =>
    new Promise((resolve) => {
      const server = createServer((_request, response) =>
        response.writeHead(200, { 'content-length': 0 }).end(),
      );
      server.listen(port, '127.0.0.1', () => resolve({}));
    }),
});
