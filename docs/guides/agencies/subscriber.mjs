// Follow your agency's stream: `CASEPATH_KEY=… node subscriber.mjs http://127.0.0.1:8104 position` (agencies.md; node 20).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const [url, kept] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${process.env.CASEPATH_KEY}` };
for (;;) {
  const position = existsSync(kept) ? readFileSync(kept, 'utf8') : '0';
  try {
    const answer = await fetch(`${url}/v1/feed?after=${position}&wait=20`, { headers });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    for (const event of await answer.json()) {
      console.log(event.sequence, event.type, JSON.stringify(event.data)); // process the event here
      writeFileSync(kept, event.sequence);
    }
  } catch (error) { // unavailable, restarting or busy: retry, no event is lost
    console.error(`Asking again: ${error.message}`);
    await new Promise(resolve => setTimeout(resolve, 2000));
  }
}
