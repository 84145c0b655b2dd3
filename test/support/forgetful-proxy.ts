import { request } from 'node:http';
import { listening } from './listening.js';

/** Passes everything on, but forgets the first answer from an address that ends like this. */
export async function forgetfulProxy(target: string, ending: string) {
  let lost = 0;
  const url = await listening((incoming, response) => {
    const { url: path = '/', method = 'GET', headers } = incoming;
    const onward = request(target + path, { method, headers }, (answer) => {
      if (path.endsWith(ending) && lost === 0) {
        lost += 1;
        return void answer.resume().once('end', () => response.destroy());
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  return { url, lost: () => lost };
}
