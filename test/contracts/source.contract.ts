import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alert } from '../../src/core/alert.js';
import { DomainError } from '../../src/core/errors.js';
import type { ParsedAlerts, Source } from '../../src/sources/types.js';
import { ZodError } from 'zod';

const CONTEXT = { source: 'a-source', alertNames: new Map(), now: '2026-11-20T12:00:00.000Z' };

/** What every alert format has to keep; its fixtures are the files in `test/fixtures/alerts/<name>/`. */
export function describeSource(source: Source): void {
  const folder = `test/fixtures/alerts/${source.name}`;
  const fixtures = readdirSync(folder).map(
    (file) => [file, readFileSync(`${folder}/${file}`, 'utf8')] as const,
  );
  const parse = (text: string): ParsedAlerts => source.parse(JSON.parse(text), {}, CONTEXT);

  describe(`the source ${source.name}`, () => {
    it.each(fixtures)('reads %s into alerts as the domain knows them', (_file, text) => {
      const { alerts } = parse(text);

      expect(alerts).not.toHaveLength(0);
      expect(alerts.map((alert) => Alert.parse(alert))).toEqual(alerts);
    });

    it.each(fixtures)('gives %s the same dedup keys each time, one an alert', (_file, text) => {
      const keys = parse(text).alerts.map(({ dedupKey }) => dedupKey);

      expect(parse(text).alerts.map(({ dedupKey }) => dedupKey)).toEqual(keys);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.every((key) => key.startsWith('a-source:'))).toBe(true);
    });

    it.each(fixtures)('publishes a schema that %s keeps', (_file, text) => {
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(source.schema);

      expect(validate(JSON.parse(text)) || validate.errors).toBe(true);
    });

    it('reads anything, or says that it cannot', () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (body) => {
          expect(attempt(source, body)).not.toBe('defect');
        }),
      );
    });

    it('reads a fixture with anything in any one place, or says that it cannot', () => {
      const bodies = fixtures.map(([, text]) => text);
      fc.assert(
        fc.property(
          fc.constantFrom(...bodies),
          fc.nat(),
          fc.jsonValue({ maxDepth: 2 }),
          (text, at, value) => {
            expect(attempt(source, withOneChanged(text, at, value))).not.toBe('defect');
          },
        ),
      );
    });
  });
}

function attempt(source: Source, body: unknown): 'read' | 'refused' | 'defect' {
  try {
    source.parse(body, {}, CONTEXT).alerts.forEach((alert) => Alert.parse(alert));
    return 'read';
  } catch (error) {
    return error instanceof ZodError || error instanceof DomainError ? 'refused' : 'defect';
  }
}

/** The body with the value at one place, counted through the whole document, replaced. */
export function withOneChanged(text: string, at: number, value: unknown): unknown {
  let places = 0;
  JSON.parse(text, (_key, before) => {
    places += 1;
    return before;
  });
  let left = at % places;
  return JSON.parse(text, (_key, before) => {
    left -= 1;
    return left === -1 ? value : before;
  });
}
