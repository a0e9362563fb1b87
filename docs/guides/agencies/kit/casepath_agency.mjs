// Receive your agency's events from Casepath: follow the feed, verify webhooks. Node 20, without libraries.
//
// Import it and give your own handlers (kit.md), or run it to print each event:
//
//   CASEPATH_KEY=cpk_… node casepath_agency.mjs follow http://127.0.0.1:8104 state.json
//   CASEPATH_SECRET=whsec_… node casepath_agency.mjs receive 8500
import { createHmac, createPublicKey, timingSafeEqual, verify as isSigned } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const OLDEST_SECONDS = 300, WAIT_SECONDS = 20, TIMEOUT_SECONDS = 40, LONGEST_PAUSE = 60;
const NEEDED = ['received', 'withdrawn', 'erased', 'redacted', 'renamed'];
const OWN_HANDLERS = {
  'org.casepath.intake.consent.withdrawn': 'withdrawn',
  'org.casepath.partners.subject.erased': 'erased',
  'org.casepath.partners.position.emptied': 'redacted',
};

/** The follower cannot continue by itself. The message states why and what to do. */
export class Stopped extends Error {}

/** The request is not from Casepath, or it is too old. Answer 401 and do not read its body. */
export class BadSignature extends Error {}

/**
 * Check what your system does; each handler can be async. An event can arrive twice, with the same `id`. If a handler
 * throws, the event is repeated.
 *
 * - received(event): store the event. It receives every event that no other handler receives.
 * - withdrawn(event): the person withdrew a consent. Stop using the data that you received under it.
 * - erased(event): delete everything about the person event.subject.
 * - redacted(event): you may no longer see this event. Delete what you stored under event.id, if anything.
 * - renamed(before, now): the person `before` has the id `now` from here on.
 * - restored(after), optional: Casepath was restored from a backup. Discard the events after this position.
 */
export function checked(handlers) {
  const missing = NEEDED.filter(name => typeof handlers?.[name] !== 'function');
  if (missing.length) throw new TypeError(`Give a function for each of these handlers: ${missing.join(', ')}.`);
  return handlers;
}

/** Pass an event to its handler. */
export async function handle(event, handlers) {
  await handlers[OWN_HANDLERS[event.type.replace(/\.v\d+$/, '')] ?? 'received'](event);
}

/** Reads your stream, in order, and keeps its position in a file. */
export class Follower {
  constructor(url, key, handlers, stateFile) {
    Object.assign(this, { url: url.replace(/\/$/, ''), key, handlers: checked(handlers), stateFile });
    const isNew = !existsSync(stateFile);
    ({ position: this.position, epochs: this.epochs } = isNew
      ? { position: 0, epochs: [] } : JSON.parse(readFileSync(stateFile, 'utf8')));
  }

  /** Follow the stream until the process ends. Throws Stopped. */
  async run() {
    for (;;) await this.readPage();
  }

  /** Wait for new events, handle one page of them, and store the position after each. */
  async readPage() {
    let { headers, body: events } = await this.get(`/v1/feed?after=${this.position}&wait=${WAIT_SECONDS}`);
    // Our position is beyond the head: ask where the stream is now.
    if (events === null) ({ headers } = await this.get('/v1/feed?after=0&limit=1'));
    const epochs = headers.get('Casepath-Epochs').split(',').filter(each => each.trim()).map(each => {
      const [id, after] = each.trim().split('@');
      return [id, Number(after)];
    });
    const agreed = await this.agreed(epochs, Number(headers.get('Casepath-Head')));
    if (agreed < this.position) {
      if (this.handlers.restored) await this.handlers.restored(agreed);
      else console.error(`Casepath was restored: reading again after ${agreed}. Discard later events.`);
      events = [];
    }
    this.keep(agreed, epochs);
    for (const event of events ?? []) {
      await handle(event, this.handlers);
      this.keep(Number(event.sequence), epochs);
    }
  }

  /** Return the last position at which our state and the stream are the same. */
  async agreed(epochs, head) {
    const ours = this.epochs, known = new Set(ours.map(([id]) => id));
    const isRenamed = ours.length > 0 && !epochs.some(([id]) => known.has(id));
    if (isRenamed && !await this.rename()) return 0; // another stream
    let same = 0;
    while (same < Math.min(ours.length, epochs.length) && ours[same][1] === epochs[same][1]
      && (isRenamed || ours[same][0] === epochs[same][0])) same += 1;
    return Math.min(this.position, head, ...[...ours.slice(same), ...epochs.slice(same)].map(([, after]) => after));
  }

  /** Tell the handler each person's new id. Return whether there was any. */
  async rename() {
    for (let names = 0, after = ''; ;) {
      const { body } = await this.get(`/v1/agency/renamed?limit=100${after}`);
      for (const { before, now } of body.names) await this.handlers.renamed(before, now);
      names += body.names.length;
      if (body.next === null) return names > 0;
      after = `&after=${body.next}`;
    }
  }

  /** Store how far we are, with an atomic write. */
  keep(position, epochs) {
    if (position === this.position && JSON.stringify(epochs) === JSON.stringify(this.epochs)) return;
    Object.assign(this, { position, epochs });
    writeFileSync(`${this.stateFile}.new`, JSON.stringify({ position, epochs }));
    renameSync(`${this.stateFile}.new`, this.stateFile);
  }

  /** Return the headers and the body of a reply; retry as long as Casepath is busy or unavailable. */
  async get(path) {
    for (let attempt = 0; ; attempt += 1) {
      let seconds = Math.min(2 ** attempt, LONGEST_PAUSE), reason;
      try {
        const answer = await fetch(this.url + path, {
          headers: { Authorization: `Bearer ${this.key}` },
          redirect: 'manual', // a redirect would send your key to another server
          signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
        });
        if (answer.ok) return { headers: answer.headers, body: await answer.json() };
        if (answer.status === 409) return { headers: answer.headers, body: null };
        this.stopIfRefused(answer.status);
        const asked = answer.headers.get('Retry-After');
        if (/^\d+$/.test(asked)) seconds = Number(asked);
        reason = answer.status;
      } catch (error) {
        if (error instanceof Stopped) throw error;
        reason = error.message;
      }
      console.error(`Casepath is busy or unavailable (${reason}); retrying in ${seconds} s.`);
      await new Promise(resolve => setTimeout(resolve, seconds * 1000));
    }
  }

  /** Throw Stopped if a repetition cannot help. */
  stopIfRefused(status) {
    if (status === 401 || status === 403) {
      throw new Stopped(`Casepath refuses the key (${status}): it is wrong, revoked, expired or without the scope \
\`reading\`, or your agreement does not apply today. Ask your administrator for a new key, then start again: your \
position is kept.`);
    }
    if (status < 500 && status !== 408 && status !== 429) {
      throw new Stopped(`Casepath refuses the request (${status}). Check the address ${this.url}.`);
    }
  }
}

/**
 * Return the event of a webhook request. `headers` by lower-case name, as node has them; `body` is the Buffer as it
 * arrived; `keys` are your whsec_… and whpk_…. Throws BadSignature.
 */
export function verify(headers, body, keys, now = Date.now() / 1000) {
  const at = headers['webhook-timestamp'] ?? '';
  if (!/^\d+$/.test(at) || Math.abs(now - Number(at)) > OLDEST_SECONDS) throw new BadSignature();
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${at}.`), body]);
  const signatures = (headers['webhook-signature'] ?? '').split(' ').map(each => each.split(','));
  if (!keys.some(key => signatures.some(([kind, value]) => isSignedBy(key, kind, value ?? '', signed)))) {
    throw new BadSignature();
  }
  return JSON.parse(body);
}

function isSignedBy(key, kind, value, signed) {
  const [prefix, encoded] = key.split('_'), signature = Buffer.from(value, 'base64');
  if (prefix === 'whsec' && kind === 'v1') {
    const right = createHmac('sha256', Buffer.from(encoded, 'base64')).update(signed).digest();
    return right.length === signature.length && timingSafeEqual(right, signature);
  }
  if (prefix !== 'whpk' || kind !== 'v1a') return false;
  const x = Buffer.from(encoded, 'base64').toString('base64url');
  return isSigned(null, signed, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
}

/** Return a server that verifies webhook requests and handles each event once. */
export function receiver(keys, handlers) {
  checked(handlers);
  const seen = new Set();
  let before = Promise.resolve(); // one at a time
  return createServer(async (request, answer) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    let event;
    try {
      event = verify(request.headers, Buffer.concat(parts), keys);
    } catch {
      return answer.writeHead(401).end();
    }
    const handled = before.then(async () => {
      const name = `${event.id} ${event.type}`; // the placeholder of a redacted event has the id of the event
      if (seen.has(name)) return;
      await handle(event, handlers);
      seen.add(name); // in your system: stored together with the event
    });
    before = handled.catch(() => {});
    return handled.then(() => answer.writeHead(204).end(), () => answer.writeHead(500).end());
  });
}

// The program: replace the handlers that print with what your system does.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const print = kind => event => console.log(kind, event.sequence ?? 'test', event.type, JSON.stringify(event));
  const handlers = Object.fromEntries(NEEDED.map(name => [name, print(name)]));
  handlers.renamed = (before, now) => console.log('renamed', before, now);
  const [command, where, stateFile] = process.argv.slice(2);
  if (command === 'receive') {
    receiver(process.env.CASEPATH_SECRET.split(' '), handlers).listen(Number(where), '127.0.0.1');
  } else {
    new Follower(where, process.env.CASEPATH_KEY, handlers, stateFile).run().catch(error => {
      console.error(error instanceof Stopped ? error.message : error);
      process.exitCode = 1;
    });
  }
}
