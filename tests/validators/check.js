// What Casepath publishes and sends, read by the libraries that agencies would take: `make contracts`.
//
//   node check.js CHECKOUT SENT      SENT: the folder that tests/contracts/sent.py has written
//
// Every OpenAPI document is valid 3.1, every AsyncAPI document is one to AsyncAPI's own parser, every event that is sent
// is a CloudEvent, and is as the document for tools says of its type.
import fs from 'node:fs';
import path from 'node:path';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { HTTP } from 'cloudevents';

const [checkout, sent] = process.argv.slice(2);
const failures = [];
const checked = { 'OpenAPI documents': 0, 'AsyncAPI documents': 0, events: 0 };

const jsonFiles = (folder, beginning = '') =>
  fs.readdirSync(folder).filter(name => name.startsWith(beginning) && name.endsWith('.json'))
    .map(name => path.join(folder, name));
const read = file => fs.readFileSync(file, 'utf8');

for (const file of jsonFiles(path.join(checkout, 'build/documents/openapi'))) {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(read(file)));
  if (!valid || validator.version !== '3.1') failures.push([file, validator.version, JSON.stringify(errors)]);
  checked['OpenAPI documents'] += 1;
}

// Severities: 0 error, 1 warning, 2 information. That there is a newer AsyncAPI than ours is information.
const parser = new Parser();
for (const file of [...jsonFiles(path.join(checkout, 'build/documents/asyncapi')), ...jsonFiles(sent, 'asyncapi-')]) {
  for (const { severity, code, message, path: where } of await parser.validate(read(file))) {
    if (severity < 2) failures.push([file, code, message, where.join('/')]);
  }
  checked['AsyncAPI documents'] += 1;
}

const { components } = JSON.parse(read(path.join(checkout, 'build/documents/asyncapi/agencies.json')));
// `strict: false`: words of our own (`x-…`) say more than a validator needs.
const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema({ $id: 'urn:casepath:agencies', components });
const fitsType = new Map(Object.entries(components.messages).map(([key, { name }]) => [
  name, ajv.compile({ $ref: `urn:casepath:agencies#/components/messages/${key}/payload` }),
]));
// A test of a webhook is asked for by hand, and is no position of a stream.
const OUTSIDE_OF_STREAMS = new Set(['org.casepath.partners.webhook.tested.v1']);

for (const body of read(path.join(sent, 'sent.jsonl')).split('\n')) {
  const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  const plain = JSON.parse(body);
  try {
    const event = HTTP.toEvent({ headers, body });
    event.validate();
    if (event.id !== plain.id || event.type !== plain.type || event.sequence !== plain.sequence) {
      failures.push([plain.type, 'was read as another event']);
    }
  } catch (error) {
    failures.push([plain.type, error.message, JSON.stringify(error.errors ?? '')]);
  }
  const fits = fitsType.get(plain.type);
  if (fits ? !fits(plain) : !OUTSIDE_OF_STREAMS.has(plain.type)) {
    failures.push([plain.type, fits ? ajv.errorsText(fits.errors) : 'is in no document']);
  }
  checked.events += 1;
}

for (const failure of failures.slice(0, 50)) console.error(failure.join(': '));
console.log(Object.entries(checked).map(([what, count]) => `${count} ${what}`).join(', ') + `; failures: ${failures.length}`);
process.exit(failures.length || Object.values(checked).includes(0) ? 1 : 0);
